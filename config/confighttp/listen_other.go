//go:build !unix

package confighttp

import (
	"errors"
	"fmt"
	"net"
)

func listenUnix(path string) (net.Listener, error) {
	return nil, fmt.Errorf("confighttp: listen on the socket %q: %w", path, errors.ErrUnsupported)
}

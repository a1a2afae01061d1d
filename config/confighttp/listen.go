package confighttp

import "net"

// ListenUnix listens on a Unix socket at path, which only processes of the same user can reach.
// The command "config status" of package configcli sends its requests there.
//
//	ln, err := confighttp.ListenUnix("/run/app/config.sock")
//	if err != nil {
//		return err
//	}
//	go http.Serve(ln, confighttp.Handler(confighttp.Named("app", cfg)))
//
// The socket has the mode 0600 as soon as it exists, whatever the umask is. A socket on which no
// process listens is replaced. It is an error if a process listens on path, if path is another kind
// of file, or if its directory does not exist. Closing the listener removes the socket. On Windows,
// ListenUnix returns an error that wraps [errors.ErrUnsupported].
func ListenUnix(path string) (net.Listener, error) { return listenUnix(path) }

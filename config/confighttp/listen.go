package confighttp

import "net"

// ListenUnix listens on a Unix socket at path, for a server that only this user's processes
// on this machine reach, as config status of package configcli asks one:
//
//	ln, err := confighttp.ListenUnix("/run/app/config.sock")
//	if err != nil {
//		return err
//	}
//	go http.Serve(ln, confighttp.Handler(confighttp.Named("app", cfg)))
//
// The socket has the mode 0600 from the moment on at which it is there, whatever the umask.
// One that a process has left behind is replaced. It is an error if a process listens on
// path, if something else is there, and if the directory does not exist. Closing the
// listener removes the socket. On Windows it returns [errors.ErrUnsupported].
func ListenUnix(path string) (net.Listener, error) { return listenUnix(path) }

package configcli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// socketVariable is the environment variable with the path of the socket.
const socketVariable = "CONFIG_SOCKET"

// DefaultSocket sets the path of the Unix socket that "config status" uses if neither the flag
// --socket nor the variable CONFIG_SOCKET names one. By default, there is none, and a status
// without either is a usage error. DefaultSocket panics if cmd is not from [Command] or
// [CommandFunc].
func DefaultSocket(cmd *cobra.Command, path string) {
	status, _, err := cmd.Find([]string{"status"})
	if err != nil || status.Flags().Lookup("socket") == nil {
		panic("configcli: DefaultSocket: the command is not that of Command or CommandFunc")
	}
	status.Annotations = map[string]string{socketVariable: path}
}

func statusCommand() *cobra.Command {
	format := newChoice("text", "json")
	var socket string
	var withSettings bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Print the state of the running process's configuration",
		Long: `Request the state of the running process over its Unix socket, and print whether it runs
what is on disk, with the digests of both, and all problems. The service listens on the
socket by confighttp.ListenUnix.

The exit code is 0 if the process is healthy: what is on disk is what is running, and
can be followed. It is 1 if not, and 2 if the process did not answer.`,
		Args:         usage(cobra.NoArgs),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := cmp.Or(socket, os.Getenv(socketVariable), cmd.Annotations[socketVariable])
			if path == "" {
				return usageError{cmd, errors.New("no socket; name it with --socket or " + socketVariable)}
			}
			a, err := fetchFromSocket(cmd.Context(), path, withSettings)
			if err != nil {
				return noAnswerError{fmt.Errorf("no answer from the process at %s: %w", path, err)}
			}
			if format.String() == "json" {
				err = writeJSON(cmd.OutOrStdout(), a)
			} else {
				err = writeStores(cmd.OutOrStdout(), a.Stores)
			}
			if err != nil {
				return err
			}
			return health(a.Stores)
		},
	}
	cmd.Flags().StringVar(&socket, "socket", "", "the Unix socket of the process; by default $"+socketVariable)
	cmd.Flags().BoolVar(&withSettings, "settings", false, "list every setting, too")
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// maxStatusBytes bounds an answer over the socket.
const maxStatusBytes = 64 << 20

func fetchFromSocket(ctx context.Context, path string, withSettings bool) (answer, error) {
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
	u := &url.URL{Scheme: "http", Host: "localhost", Path: "/", RawQuery: "format=json&only=status"}
	if withSettings {
		u.RawQuery = "format=json"
	}
	a, err := fetch(ctx, transport, u, maxStatusBytes)
	if wrapped, ok := errors.AsType[*url.Error](err); ok { // its URL is not of the socket
		err = wrapped.Err
	}
	return a, err
}

// health returns an error that names the stores that are not healthy, or nil.
func health(stores []storeAnswer) error {
	var names []string
	for _, s := range stores {
		if !s.Healthy {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return errors.New(escaped("not healthy: " + strings.Join(names, ", ")))
}

// writeStores prints the state of each store as text.
func writeStores(w io.Writer, stores []storeAnswer) error {
	for i, s := range stores {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := s.write(w); err != nil {
			return err
		}
	}
	return nil
}

func (s storeAnswer) write(w io.Writer) error {
	st := s.Status
	rows := [][]string{
		{s.Name, s.State + ": " + s.Summary},
		{"version", fmt.Sprintf("%d, loaded %s", st.Version, st.LoadedAt.UTC().Format(time.RFC3339))},
		{"attempt", fmt.Sprintf("%s, %s", st.LastOutcome, st.LastAttempt.UTC().Format(time.RFC3339))},
		{"on disk", st.Digests.Disk.String()},
		{"content", st.Digests.Content.String()},
		{"effective", st.Digests.Effective.String()},
	}
	if at := st.WaitingUntil; !at.IsZero() {
		rows = append(rows, []string{"published", at.UTC().Format(time.RFC3339) + ", what is on disk"})
	}
	for _, f := range st.Digests.Files {
		rows = append(rows, []string{"file", f.String()})
	}
	for _, p := range st.Watch {
		rows = append(rows, []string{"followed", p.String()})
	}
	for _, p := range st.Pending {
		rows = append(rows, []string{"waits", p.String()})
	}
	if st.Hook != nil {
		rows = append(rows, []string{"hook", fmt.Sprintf("%s has been running for %v", st.Hook.Name, st.Hook.For)})
	}
	if _, err := io.WriteString(w, table(rows, 0)); err != nil {
		return err
	}
	if st.Err != nil {
		if err := reportText(w, []result{{problems: st.Err.Problems}}); err != nil {
			return err
		}
	}
	if s.Settings == nil {
		return nil
	}
	return show(w, "table", s.Settings)
}

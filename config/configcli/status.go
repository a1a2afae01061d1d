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

// socketVariable names the socket where no flag does.
const socketVariable = "CONFIG_SOCKET"

// DefaultSocket sets the socket that "config status" asks where neither the flag --socket
// nor the variable CONFIG_SOCKET names one. cmd is what [Command] or [CommandFunc]
// returned; it panics if it is another. By default, there is none.
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
		Short: "Ask the running process how its configuration is doing",
		Long: `Ask the running process, over its Unix socket, whether it runs what is on disk, and say
what it serves, with its digests, and all that is wrong. The service listens by
confighttp.ListenUnix.

The exit code is 0 if the process is healthy: what is on disk is what is running, and
can be followed. It is 1 if not, and 2 if the process could not be asked.`,
		Args:         usage(cobra.NoArgs),
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := cmp.Or(socket, os.Getenv(socketVariable), cmd.Annotations[socketVariable])
			if path == "" {
				return usageError{cmd, errors.New("no socket; name it with --socket or " + socketVariable)}
			}
			a, err := askSocket(cmd.Context(), path, withSettings)
			if err != nil {
				return unanswered{fmt.Errorf("the process could not be asked at %s: %w", path, err)}
			}
			if format.String() == "json" {
				err = writeJSON(cmd.OutOrStdout(), a)
			} else {
				err = a.write(cmd.OutOrStdout())
			}
			if err != nil {
				return err
			}
			return a.health()
		},
	}
	cmd.Flags().StringVar(&socket, "socket", "", "the Unix socket of the process; by default $"+socketVariable)
	cmd.Flags().BoolVar(&withSettings, "settings", false, "list every setting, too")
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// mostStatus bounds what is read from the process's own socket.
const mostStatus = 64 << 20

func askSocket(ctx context.Context, path string, withSettings bool) (answer, error) {
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
	u := &url.URL{Scheme: "http", Host: "localhost", Path: "/", RawQuery: "format=json&only=status"}
	if withSettings {
		u.RawQuery = "format=json"
	}
	a, err := ask(ctx, transport, u, mostStatus)
	if wrapped, ok := errors.AsType[*url.Error](err); ok { // whose address means nothing here
		err = wrapped.Err
	}
	return a, err
}

// health returns an error that names the stores that are not healthy, or nil.
func (a answer) health() error {
	var names []string
	for _, s := range a.Stores {
		if !s.Healthy {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return errors.New(escaped("not healthy: " + strings.Join(names, ", ")))
}

// write prints what there is to know of each store, as a text.
func (a answer) write(w io.Writer) error {
	for i, s := range a.Stores {
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
		if err := reportText(w, []checked{{problems: st.Err.Problems}}); err != nil {
			return err
		}
	}
	if s.Settings == nil {
		return nil
	}
	return show(w, "table", s.Settings)
}

// unanswered is that a process could not be asked.
type unanswered struct{ err error }

func (e unanswered) Error() string { return escaped(e.err.Error()) }
func (e unanswered) Unwrap() error { return e.err }

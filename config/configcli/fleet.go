package configcli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/problem"
)

// Limits on what other processes can make fleet do.
const (
	maxConcurrentFetches = 16
	maxAnswerBytes       = 1 << 20
	maxStores            = 100 // in one answer
	maxURLBytes          = 1 << 20
)

func fleetCommand() *cobra.Command {
	format := newChoice("table", "json")
	cmd := &cobra.Command{
		Use:   "fleet [URL...]",
		Short: "Compare the configurations of running processes",
		Long: `Request the configuration pages of running processes, and print the digests of what each
has on disk, serves and has in effect. Without arguments, the addresses are read from the
standard input, as with

  kubectl get pods -l app=example -o jsonpath='{range .items[*]}http://{.status.podIP}:8080/debug/config/{"\n"}{end}'

Each process has 5 seconds to answer; no redirect is followed. The exit code is 0 if all are
the same and healthy, 1 if they differ or one is not healthy, and else 2 if one did not answer.`,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, urls []string) error {
			if len(urls) == 0 {
				data, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxURLBytes+1))
				switch {
				case err != nil:
					return fmt.Errorf("stdin: %w", err)
				case len(data) > maxURLBytes:
					return fmt.Errorf("stdin: more than %d bytes", maxURLBytes)
				}
				urls = strings.Fields(string(data))
			}
			if len(urls) == 0 {
				return usageError{cmd, errors.New("no address was given")}
			}
			pods := fetchAll(cmd.Context(), urls)
			difference := compare(pods)
			if err := writeFleet(cmd.OutOrStdout(), format.String(), pods, difference); err != nil {
				return err
			}
			return difference
		},
	}
	cmd.Flags().Var(format, "format", format.help())
	return cmd
}

// pod is a process with its answer.
type pod struct {
	URL    string        `json:"url"`             // without a password
	Error  string        `json:"error,omitempty"` // why there is no answer
	Stores []storeAnswer `json:"stores,omitempty"`
}

// fetchAll requests the answers of all processes, several at a time.
func fetchAll(ctx context.Context, urls []string) []pod {
	pods := make([]pod, len(urls))
	next := make(chan int)
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, MaxResponseHeaderBytes: maxAnswerBytes}
	var workers sync.WaitGroup
	for range min(maxConcurrentFetches, len(urls)) {
		workers.Go(func() {
			for i := range next {
				var err error
				if pods[i].URL, pods[i].Stores, err = fetchStores(ctx, transport, urls[i]); err != nil {
					pods[i].Error = err.Error()
				}
			}
		})
	}
	for i := range urls {
		next <- i
	}
	close(next)
	workers.Wait()
	return pods
}

// fetchStores returns the stores of the process with an address, and the address as it may be
// printed.
func fetchStores(ctx context.Context, transport http.RoundTripper, address string) (name string, _ []storeAnswer, _ error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return address, nil, errors.Unwrap(err) // without the address
	case u.Scheme != "http" && u.Scheme != "https":
		return u.Redacted(), nil, errors.New("its address does not begin with http:// or https://")
	case u.Hostname() == "":
		return u.Redacted(), nil, errors.New("its address has no host")
	}
	name = u.Redacted()
	query := u.Query()
	query.Set("format", "json")
	query.Set("only", "summary")
	u.RawQuery = query.Encode()
	a, err := fetch(ctx, transport, u, maxAnswerBytes)
	if err == nil && len(a.Stores) > maxStores {
		err = fmt.Errorf("the answer has more than %d stores", maxStores)
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if err != nil {
		return name, nil, err
	}
	return name, a.Stores, nil
}

// writeFleet prints the processes in one of the formats of fleet.
func writeFleet(w io.Writer, format string, pods []pod, difference error) error {
	if format == "table" {
		_, err := io.WriteString(w, table(rows(pods), 0))
		return err
	}
	fleet := struct {
		Error     string `json:"error,omitempty"` // what differs, and who is not healthy or did not answer
		Processes []pod  `json:"processes"`
	}{Processes: pods}
	if difference != nil {
		fleet.Error = difference.Error()
	}
	return writeJSON(w, fleet)
}

// rows returns the rows of the table, one for each store.
func rows(pods []pod) [][]string {
	const maxLen = 60 // characters of a name; twice as many of a reason
	all := [][]string{{"PROCESS", "STORE", "VERSION", "ON DISK", "CONTENT", "EFFECTIVE", "HEALTH"}}
	for _, p := range pods {
		if p.Error != "" {
			all = append(all, []string{p.URL, "-", "-", "-", "-", "-", "no answer: " + problem.Shorten(p.Error, 2*maxLen)})
			continue
		}
		for _, s := range p.Stores {
			health := "healthy"
			switch at := s.Status.WaitingUntil; {
			case !s.Healthy:
				health = problem.Shorten(s.State+": "+s.Summary, 2*maxLen)
			case !at.IsZero():
				health += ", a change waits until " + at.UTC().Format(time.RFC3339)
			}
			d := s.Status.Digests
			all = append(all, []string{p.URL, problem.Shorten(s.Name, maxLen), strconv.FormatUint(s.Status.Version, 10),
				d.Disk.Short(), d.Content.Short(), d.Effective.Short(), health})
		}
	}
	return all
}

// compare returns an error that lists what the processes differ in, how many are not healthy
// and how many did not answer, or nil.
func compare(pods []pod) error {
	var findings []string
	answered, unhealthy, processesWith := 0, 0, map[string]int{}
	for _, p := range pods {
		if p.Error != "" {
			continue
		}
		answered++
		if health(p.Stores) != nil {
			unhealthy++
		}
		for _, s := range p.Stores {
			processesWith[s.Name]++
		}
	}
	for _, digest := range []struct {
		name string
		of   func(config.Digests) config.Digest
	}{
		{"what is on disk", func(d config.Digests) config.Digest { return d.Disk }},
		{"the content that they serve", func(d config.Digests) config.Digest { return d.Content }},
		{"the values in effect", func(d config.Digests) config.Digest { return d.Effective }},
	} {
		if differ(pods, digest.of) {
			findings = append(findings, "the processes differ in "+digest.name)
		}
	}
	for _, n := range processesWith {
		if n != answered {
			findings = append(findings, "the processes differ in which stores they have")
			break
		}
	}
	if unhealthy > 0 {
		findings = append(findings, fmt.Sprintf("%d of %d are not healthy", unhealthy, len(pods)))
	}
	if silent := len(pods) - answered; silent > 0 {
		err := fmt.Errorf("%d of %d did not answer", silent, len(pods))
		if len(findings) == 0 {
			return noAnswerError{err}
		}
		findings = append(findings, err.Error())
	}
	if len(findings) == 0 {
		return nil
	}
	return errors.New(strings.Join(findings, "; "))
}

// differ reports whether stores of the same name differ in a digest.
func differ(pods []pod, of func(config.Digests) config.Digest) bool {
	first := map[string]config.Digest{}
	for _, p := range pods {
		for _, s := range p.Stores {
			d := of(s.Status.Digests)
			if other, seen := first[s.Name]; seen && other != d {
				return true
			}
			first[s.Name] = d
		}
	}
	return false
}

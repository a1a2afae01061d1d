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

// Bounds of what other processes can make fleet do.
const (
	askedAtOnce = 16
	mostAnswer  = 1 << 20 // bytes
	mostStores  = 100     // in one answer
	mostURLs    = 1 << 20 // bytes of the standard input
)

func fleetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "fleet [URL...]",
		Short: "Compare the configurations of running processes",
		Long: `Ask running processes, by the addresses of their configuration pages, and print what each
has on disk, serves and has in effect. Without arguments, the addresses are read from the
standard input, as with

  kubectl get pods -l app=example -o jsonpath='{range .items[*]}http://{.status.podIP}:8080/debug/config/{"\n"}{end}'

Each may take 5 seconds; no redirect is followed. The exit code is 0 if all are the same
and healthy, 1 if they differ or one is not healthy, and else 2 if one did not answer.`,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, urls []string) error {
			if len(urls) == 0 {
				data, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostURLs+1))
				switch {
				case err != nil:
					return fmt.Errorf("stdin: %w", err)
				case len(data) > mostURLs:
					return fmt.Errorf("stdin: more than %d bytes", mostURLs)
				}
				urls = strings.Fields(string(data))
			}
			if len(urls) == 0 {
				return usageError{cmd, errors.New("no address was given")}
			}
			pods := askAll(cmd.Context(), urls)
			if _, err := io.WriteString(cmd.OutOrStdout(), table(rows(pods), 0)); err != nil {
				return err
			}
			return compare(pods)
		},
	}
}

// pod is a process that was asked.
type pod struct {
	name   string
	answer answer
	err    error // why there is no answer
}

// askAll asks all processes, some at once.
func askAll(ctx context.Context, urls []string) []pod {
	pods := make([]pod, len(urls))
	next := make(chan int)
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, MaxResponseHeaderBytes: mostAnswer}
	var workers sync.WaitGroup
	for range min(askedAtOnce, len(urls)) {
		workers.Go(func() {
			for i := range next {
				pods[i] = askPod(ctx, transport, urls[i])
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

func askPod(ctx context.Context, transport http.RoundTripper, address string) pod {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return pod{name: address, err: errors.Unwrap(err)} // without the address
	case u.Scheme != "http" && u.Scheme != "https":
		return pod{name: u.Redacted(), err: errors.New("its address does not begin with http:// or https://")}
	case u.Hostname() == "":
		return pod{name: u.Redacted(), err: errors.New("its address has no host")}
	}
	p := pod{name: u.Redacted()}
	query := u.Query()
	query.Set("format", "json")
	query.Set("only", "summary")
	u.RawQuery = query.Encode()
	if p.answer, p.err = ask(ctx, transport, u, mostAnswer); p.err == nil && len(p.answer.Stores) > mostStores {
		p.err = fmt.Errorf("the answer has more than %d stores", mostStores)
	}
	if wrapped, ok := errors.AsType[*url.Error](p.err); ok {
		p.err = wrapped.Err
	}
	return p
}

// rows are those of a table, one for each store.
func rows(pods []pod) [][]string {
	const most = 60 // characters of the reason that a process gives
	all := [][]string{{"PROCESS", "STORE", "VERSION", "ON DISK", "CONTENT", "EFFECTIVE", "HEALTH"}}
	for _, p := range pods {
		if p.err != nil {
			all = append(all, []string{p.name, "-", "-", "-", "-", "-", "no answer: " + problem.Shorten(p.err.Error(), 2*most)})
			continue
		}
		for _, s := range p.answer.Stores {
			health := "healthy"
			switch at := s.Status.WaitingUntil; {
			case !s.Healthy:
				health = problem.Shorten(s.State+": "+s.Summary, 2*most)
			case !at.IsZero():
				health += ", a change waits until " + at.UTC().Format(time.RFC3339)
			}
			d := s.Status.Digests
			all = append(all, []string{p.name, problem.Shorten(s.Name, most), strconv.FormatUint(s.Status.Version, 10),
				d.Disk.Short(), d.Content.Short(), d.Effective.Short(), health})
		}
	}
	return all
}

// compare returns an error with what the processes differ in, how many are not healthy
// and how many did not answer, or nil.
func compare(pods []pod) error {
	var wrong []string
	answered, ill, having := 0, 0, map[string]int{}
	for _, p := range pods {
		if p.err != nil {
			continue
		}
		answered++
		if p.answer.health() != nil {
			ill++
		}
		for _, s := range p.answer.Stores {
			having[s.Name]++
		}
	}
	for _, aspect := range []struct {
		what string
		of   func(config.Digests) config.Digest
	}{
		{"what is on disk", func(d config.Digests) config.Digest { return d.Disk }},
		{"the content that they serve", func(d config.Digests) config.Digest { return d.Content }},
		{"the values in effect", func(d config.Digests) config.Digest { return d.Effective }},
	} {
		if differ(pods, aspect.of) {
			wrong = append(wrong, "the processes differ in "+aspect.what)
		}
	}
	for _, n := range having {
		if n != answered {
			wrong = append(wrong, "the processes differ in which stores they have")
			break
		}
	}
	if ill > 0 {
		wrong = append(wrong, fmt.Sprintf("%d of %d are not healthy", ill, len(pods)))
	}
	if silent := len(pods) - answered; silent > 0 {
		err := fmt.Errorf("%d of %d did not answer", silent, len(pods))
		if len(wrong) == 0 {
			return unanswered{err}
		}
		wrong = append(wrong, err.Error())
	}
	if len(wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(wrong, "; "))
}

// differ reports whether stores of one name differ in a digest.
func differ(pods []pod, of func(config.Digests) config.Digest) bool {
	first := map[string]config.Digest{}
	for _, p := range pods {
		for _, s := range p.answer.Stores {
			d := of(s.Status.Digests)
			if other, seen := first[s.Name]; seen && other != d {
				return true
			}
			first[s.Name] = d
		}
	}
	return false
}

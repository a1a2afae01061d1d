package confignats_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
	"example.com/lastgood/internal/testkit"
)

// version is a message of the key: none if its sequence is 0.
type version struct {
	sequence uint64
	second   int64 // when it was stored
	data     string
}

// replicas play what answers in a cluster: replicas that may be behind, and the leader.
type replicas struct {
	mu             sync.Mutex
	replica        version
	leader         version
	askedTheLeader int
	hold           chan bool // what the leader waits for before it answers; nil for nothing
}

// playReplica answers in the place of a replica, for a bucket without direct gets.
func (r *replicas) playReplica(b *broker) {
	b.t.Helper()
	r.answer(b, "$JS.API.DIRECT.GET.KV_config.>", func(m *nats.Msg) error {
		answer := &nats.Msg{Header: nats.Header{"Status": {"404"}, "Description": {"Message Not Found"}}}
		if v := r.replica; v.sequence > 0 {
			answer = &nats.Msg{Data: []byte(v.data), Header: nats.Header{
				"Nats-Sequence": {fmt.Sprint(v.sequence)}, "Nats-Time-Stamp": {time.Unix(v.second, 0).UTC().Format(time.RFC3339Nano)},
			}}
		}
		return m.RespondMsg(answer)
	})
}

// playLeader answers in the place of the leader, too, on a server without JetStream.
func (r *replicas) playLeader(b *broker) {
	b.t.Helper()
	r.answer(b, "$JS.API.STREAM.MSG.GET.KV_config", func(m *nats.Msg) error {
		r.askedTheLeader++
		answer := map[string]any{"error": jetstream.APIError{Code: 404, ErrorCode: jetstream.JSErrCodeMessageNotFound}}
		v, hold := r.leader, r.hold
		if hold != nil {
			r.mu.Unlock()
			<-hold
			r.mu.Lock()
		}
		if v.sequence > 0 {
			answer = map[string]any{"message": map[string]any{"seq": v.sequence, "time": time.Unix(v.second, 0).UTC(), "data": []byte(v.data)}}
		}
		data, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		return m.Respond(data)
	})
}

func (r *replicas) answer(b *broker, subject string, answer func(*nats.Msg) error) {
	b.t.Helper()
	_, err := b.admin.Conn().Subscribe(subject, func(m *nats.Msg) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := answer(m); err != nil {
			b.t.Error(err)
		}
	})
	testkit.Must(b.t, err)
	testkit.Must(b.t, b.admin.Conn().Flush())
}

func TestWhatIsOlderThanBeforeIsAskedOfTheLeader(t *testing.T) {
	t.Parallel()
	one, two, three := version{1, 100, "port: 1"}, version{2, 200, "port: 2"}, version{3, 300, "port: 3"}
	type step struct {
		replica, leader version
		want            version
		asks            int // of the leader
	}
	for name, steps := range map[string][]step{
		"as it was":                 {{one, three, one, 0}, {one, three, one, 0}},
		"newer":                     {{one, three, one, 0}, {two, three, two, 0}},
		"a replica that is behind":  {{two, two, two, 0}, {one, two, two, 1}, {two, two, two, 0}, {one, three, three, 1}, {two, three, three, 1}, {three, three, three, 0}},
		"a replica without the key": {{two, two, two, 0}, {version{}, two, two, 1}},
		"never put":                 {{version{}, one, version{}, 0}, {one, one, one, 0}},
		"the stream is purged":      {{two, two, two, 0}, {version{}, version{}, version{}, 1}, {version{}, two, version{}, 0}, {two, version{}, version{}, 1}, {three, three, three, 0}},
		"a backup is restored":      {{three, three, three, 0}, {two, two, two, 1}, {two, two, two, 0}, {one, two, two, 1}, {three, three, three, 0}},
		"the bucket is made again":  {{three, three, three, 0}, {version{1, 400, "port: 4"}, three, version{1, 400, "port: 4"}, 0}, {three, version{1, 400, "port: 4"}, version{1, 400, "port: 4"}, 1}},
		"a clock that is behind":    {{two, two, two, 0}, {version{3, 199, "port: 3"}, version{3, 199, "port: 3"}, version{3, 199, "port: 3"}, 1}, {version{3, 199, "port: 3"}, one, version{3, 199, "port: 3"}, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBroker(t)
			b.opts.JetStream = false
			b.restart()
			r := &replicas{}
			r.playReplica(b)
			r.playLeader(b)
			s := b.source()
			for i, step := range steps {
				r.mu.Lock()
				r.replica, r.leader, r.askedTheLeader = step.replica, step.leader, 0
				r.mu.Unlock()
				got, err := s.Read(t.Context())
				text := ""
				if err == nil {
					text = string(got.Documents[0].Data)
				}
				r.mu.Lock()
				if text != step.want.data || (kindOf(err) == "missing") != (step.want.sequence == 0) || r.askedTheLeader != step.asks {
					t.Errorf("step %d: Read returns %q, %v, and asks the leader %d times, want %q and %d", i+1, text, err, r.askedTheLeader, step.want.data, step.asks)
				}
				r.mu.Unlock()
			}
		})
	}
}

// What is read or announced while the leader is asked is newer than its answer.
func TestALateAnswerOfTheLeaderTakesNothingBack(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.opts.JetStream = false
	b.restart()
	one, two, three := version{1, 100, "port: 1"}, version{2, 200, "port: 2"}, version{3, 300, "port: 3"}
	r := &replicas{}
	r.playReplica(b)
	r.playLeader(b)
	s := b.source()
	set := func(replica, leader version, hold chan bool) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.replica, r.leader, r.hold, r.askedTheLeader = replica, leader, hold, 0
	}
	read := func() string {
		got, err := s.Read(t.Context())
		if err != nil {
			t.Error(err)
			return ""
		}
		return string(got.Documents[0].Data)
	}
	asked := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.askedTheLeader
	}
	set(two, two, nil)
	read()
	hold, late := make(chan bool), make(chan string)
	set(one, two, hold)
	go func() { late <- read() }()
	testkit.Eventually(t, "a question to the leader", func() bool { return asked() == 1 })
	set(three, three, nil)
	if got := read(); got != three.data {
		t.Errorf("read %q, want what is newest", got)
	}
	close(hold)
	testkit.Within(t, late, "the late answer")
	set(two, three, nil)
	if got := read(); got != three.data || asked() != 1 {
		t.Errorf("read %q, and asked the leader %d times", got, asked())
	}
}

// A store is told of a change by the watch, and a replica that is behind answers the read.
func TestAReplicaThatIsBehindTakesNothingBack(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	e, err := b.bucket().Get(t.Context(), "app.yaml")
	testkit.Must(t, err)
	b.direct(false)
	r := &replicas{replica: version{e.Revision(), e.Created().Unix(), text1}}
	r.playReplica(b)
	f := follow(t, b.source(), config.PollEvery(10*time.Millisecond))
	var seen []int
	stop := f.OnChange(func(_, now *settings) { seen = append(seen, now.Port) })
	for n := 2; n < 9; n++ {
		b.put(text(n))
		f.reaches(n)
	}
	r.mu.Lock()
	r.replica = version{} // it was rebuilt, and has nothing yet
	r.mu.Unlock()
	testkit.Must(t, f.Reload(t.Context()))
	stop()
	f.Close()
	for i, n := range seen {
		if n == 9 || i > 0 && n <= seen[i-1] {
			t.Errorf("hooks saw %v", seen)
			break
		}
	}
}

// Who may not ask the leader has nothing rather than what is old.
func TestAReplicaThatIsBehindIsStaleWithoutTheLeader(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.permit(denying("$JS.API.STREAM.>"))
	b.put(text1)
	f := follow(t, b.source(), config.PollEvery(10*time.Millisecond))
	b.put(text2)
	f.reaches(2)
	b.direct(false)
	r := &replicas{replica: version{1, 1, text1}}
	r.playReplica(b)
	f.becomes(config.WatchStale, `nats: permissions violation: Permissions Violation for Publish to "$JS.API.STREAM.MSG.GET.KV_config"; `+needs)
	f.reaches(2)
	b.direct(true)
	r.mu.Lock()
	r.replica = version{9, time.Now().Add(time.Hour).Unix(), text(3)}
	r.mu.Unlock()
	f.reaches(3)
}

// FuzzAnswers has the server answer anything.
func FuzzAnswers(f *testing.F) {
	f.Add("1", "2026-11-26T00:00:00Z", "", "", []byte("port: 1"))
	f.Add("", "", "404", "Message Not Found", []byte{})
	f.Add("-1", "now", "408", "Bad Request", []byte(`{"error":{"code":404,"err_code":10059}}`))
	f.Add("18446744073709551616", "", "", "", []byte(`{"message":{"seq":1,"time":"2026-11-26T00:00:00Z","data":"czNjcjN0","hdrs":"TkFUUy8xLjANCg=="}}`))
	f.Add("1", "0001-01-01T00:00:00Z", "", "", []byte(`{"message":{"data":"s3cr3t"}}`))
	f.Add("1", "", "", "", []byte(`{"message":{"seq":"s3cr3t"}}`))
	js, err := jetstream.New(&nats.Conn{})
	if err != nil {
		f.Fatal(err)
	}
	s := confignats.New(js, "config", "app.yaml", confignats.Secret())
	f.Fuzz(func(t *testing.T, sequence, at, status, description string, data []byte) {
		m := &nats.Msg{Data: data, Header: nats.Header{"Nats-Sequence": {sequence}, "Nats-Time-Stamp": {at}, "Status": {status}, "Description": {description}}}
		revision, got, err := confignats.FromReplica(s, m)
		if err == nil && got != nil && (revision == "" || !bytes.Equal(got, data)) {
			t.Errorf("a replica's answer is %q, %q", revision, got)
		}
		for range 2 { // the leader's, as it is, and with the data where they belong
			_, _, err = confignats.FromLeader(s, data)
			if err != nil && len(data) > 5 && strings.Contains(err.Error(), string(data)) {
				t.Errorf("the error is %v", err)
			}
			data, err = json.Marshal(map[string]any{"message": map[string]any{"seq": 1, "time": at, "data": data, "hdrs": []byte(description)}})
			if err != nil {
				t.Skip(err) // JSON has no such time or data
			}
		}
	})
}

package confignats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
)

// entry is what is stored of the key.
type entry struct {
	revision
	data   []byte
	absent string // why there is no value
}

// Read reads the key.
func (s *source) Read(ctx context.Context) (config.Reading, error) {
	if err := s.Err(); err != nil {
		return config.Reading{}, &config.SourceError{Content: true, Err: err}
	}
	e, err := s.last(ctx)
	if err != nil {
		return config.Reading{}, err
	}
	r := config.Reading{Revision: e.revision.String()}
	if e.absent != "" {
		return r, fmt.Errorf("%s: %w", e.absent, fs.ErrNotExist)
	}
	r.Documents = []config.Document{{Format: s.format, Data: e.data, Secret: s.secret}}
	return r, nil
}

// last returns what was stored last.
func (s *source) last(ctx context.Context) (entry, error) {
	s.mu.Lock()
	before := s.newest
	s.mu.Unlock()
	e, err := s.direct(ctx)
	switch {
	case err == nil && s.accept(e.revision):
		return e, nil
	case err != nil && !errors.Is(err, nats.ErrNoResponders): // as from a bucket without direct gets, or from none
		return entry{}, s.explain(err)
	}
	if e, err = s.leader(ctx); err != nil {
		return entry{}, s.explain(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newest == before { // or else something newer was announced meanwhile
		s.known = e.revision
		if s.known != none {
			s.newest = s.known
		}
	}
	return e, nil
}

// accept reports whether what a replica has is what is known, or newer, and then known. Sequences
// are not compared, as those of a bucket that was made again are lower.
func (s *source) accept(r revision) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.at > s.newest.at {
		s.known, s.newest = r, r
	}
	return r == s.known
}

// direct asks whichever replica answers.
func (s *source) direct(ctx context.Context) (entry, error) {
	m, err := s.request(ctx, s.api+"DIRECT.GET."+s.stream+"."+s.subject, nil)
	if err != nil {
		return entry{}, err
	}
	return s.directEntry(m)
}

func (s *source) directEntry(m *nats.Msg) (entry, error) {
	if m.Header.Get(jetstream.SequenceHeader) == "" {
		if m.Header.Get("Status") == "404" {
			return s.noKey(), nil
		}
		return entry{}, fmt.Errorf("the server answers %q %.100q to a direct get", m.Header.Get("Status"), m.Header.Get("Description"))
	}
	sequence, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return entry{}, errors.New("the answer to a direct get has no sequence")
	}
	at, err := time.Parse(time.RFC3339Nano, m.Header.Get(jetstream.TimeStampHeaer))
	if err != nil {
		return entry{}, errors.New("the answer to a direct get has no time")
	}
	return s.entry(sequence, at, m.Header, m.Data), nil
}

// leader asks the leader of the bucket.
func (s *source) leader(ctx context.Context) (entry, error) {
	query, err := json.Marshal(map[string]string{"last_by_subj": s.subject})
	if err != nil {
		return entry{}, err
	}
	m, err := s.request(ctx, s.api+"STREAM.MSG.GET."+s.stream, query)
	if err != nil {
		return entry{}, err
	}
	return s.leaderEntry(m.Data)
}

func (s *source) leaderEntry(data []byte) (entry, error) {
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message *struct {
			Sequence uint64    `json:"seq"`
			Header   []byte    `json:"hdrs"`
			Data     []byte    `json:"data"`
			Time     time.Time `json:"time"`
		} `json:"message"`
	}
	if json.Unmarshal(data, &answer) != nil { // the error may have some of the data
		return entry{}, errors.New("the answer is not JSON as JetStream has it")
	}
	switch e := answer.Error; {
	case e != nil && e.ErrorCode == jetstream.JSErrCodeStreamNotFound:
		return entry{absent: "there is no bucket " + s.bucket}, nil
	case e != nil && e.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return s.noKey(), nil
	case e != nil:
		return entry{}, e
	case answer.Message == nil:
		return entry{}, errors.New("the answer has no message")
	}
	header := nats.Header{}
	if len(answer.Message.Header) > 0 {
		var err error
		if header, err = nats.DecodeHeadersMsg(answer.Message.Header); err != nil {
			return entry{}, errors.New("the headers of the message are not in order")
		}
	}
	return s.entry(answer.Message.Sequence, answer.Message.Time, header, answer.Message.Data), nil
}

func (s *source) noKey() entry {
	return entry{absent: fmt.Sprintf("the bucket %s has no key %s", s.bucket, s.key)}
}

// entry returns what a message is, which may mark that there is no value any more.
func (s *source) entry(sequence uint64, at time.Time, header nats.Header, data []byte) entry {
	e := entry{revision: revision{sequence, at.UnixNano()}, data: data}
	switch op, marker := header.Get("KV-Operation"), header.Get(jetstream.MarkerReasonHeader); {
	case op == "DEL":
		e.absent = fmt.Sprintf("the key %s was deleted from the bucket %s", s.key, s.bucket)
	case op == "PURGE" || marker == "Purge" || marker == "Remove":
		e.absent = fmt.Sprintf("the key %s was purged from the bucket %s", s.key, s.bucket)
	case marker != "":
		e.absent = fmt.Sprintf("the key %s of the bucket %s has expired", s.key, s.bucket)
	}
	return e
}

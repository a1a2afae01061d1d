package configetcd

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
)

// pageLimit bounds how much comes at a time: etcd takes no more than 1.5 MiB for a key.
const pageLimit = 128

// maxKeys bounds what a prefix that is too short can cost.
const maxKeys = 1_000_000

// maxTries bounds how often a read is retried because its revision was compacted.
const maxTries = 3

// Read reads all keys at one revision.
func (s *source) Read(ctx context.Context) (config.Reading, error) {
	if err := s.Err(); err != nil {
		return config.Reading{}, &config.SourceError{Content: true, Err: err}
	}
	client, leave, err := s.use(ctx)
	if err != nil {
		return config.Reading{}, s.explain(err)
	}
	if err = connect(ctx, client); err != nil {
		leave(false)
		return config.Reading{}, s.explain(err)
	}
	var kvs []*mvccpb.KeyValue
	var at revision
	for range maxTries {
		if kvs, at, err = s.readAt(ctx, client); !errors.Is(err, rpctypes.ErrCompacted) {
			break
		}
	}
	leave(err == nil || errors.As(err, new(*config.SourceError)) || errors.Is(ctx.Err(), context.Canceled))
	r := config.Reading{Revision: at.String()}
	if err == nil {
		err = s.choose(kvs, &r)
	}
	return r, s.explain(err)
}

// readAt reads the keys, page by page, at the revision of the first page.
func (s *source) readAt(ctx context.Context, client *clientv3.Client) (kvs []*mvccpb.KeyValue, at revision, err error) {
	size := int64(0)
	for from := s.key; ; {
		opts := []clientv3.OpOption{clientv3.WithLimit(s.pageLimit), clientv3.WithRev(at.number)}
		if s.end != "" {
			opts = append(opts, clientv3.WithRange(s.end))
		}
		page, err := client.Get(clientv3.WithRequireLeader(ctx), from, opts...)
		if err != nil {
			return nil, revision{}, err
		}
		if at.number == 0 {
			at = revisionOf(page.Header)
		}
		if page.Count > maxKeys {
			return nil, at, &config.SourceError{Content: true, Err: fmt.Errorf("there are %d keys, the limit is %d", page.Count, maxKeys)}
		}
		for _, kv := range page.Kvs {
			if size += int64(len(kv.Key) + len(kv.Value)); size > s.maxSize {
				return nil, at, &config.SourceError{Content: true, Err: fmt.Errorf("there are more than %d bytes", s.maxSize),
					Hint: "configetcd.MaxSize and WithMaxSize raise the limit"}
			}
		}
		kvs = append(kvs, page.Kvs...)
		if !page.More || len(page.Kvs) == 0 {
			return kvs, at, nil
		}
		from = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
	}
}

// choose adds keys to what was read.
func (s *source) choose(kvs []*mvccpb.KeyValue, r *config.Reading) error {
	c := &s.choice
	if len(kvs) == 0 {
		return s.nothing()
	}
	names := make(map[string]bool, len(kvs))
	for _, kv := range kvs {
		names[s.nameOf(kv)] = true
	}
	var absent []string
	for _, name := range c.needed {
		if !names[name] {
			absent = append(absent, s.key+name)
			names[name] = true // it is named once
		}
	}
	switch {
	case absent != nil:
		return missing{"there is no key " + strings.Join(absent, ", ")}
	case names[""] && !c.one:
		return &config.SourceError{Content: true, Err: fmt.Errorf("the key %q has no name behind the prefix", s.key), Hint: "delete it: etcd needs no keys for directories"}
	}
	for _, kv := range kvs {
		name := s.nameOf(kv)
		secret := c.allSecret || c.secret[name]
		as, named := c.named[name]
		if !named && c.others {
			as, named = role{true, c.section}, true
		}
		switch {
		case as.value:
			key := strings.ReplaceAll(name, "/", ".")
			if as.section != "" {
				key = as.section + "." + key
			}
			r.Values = append(r.Values, config.Value{Key: key, Data: kv.Value, Secret: secret})
		case named || !c.documents:
			r.Documents = append(r.Documents, config.Document{Name: name, Data: kv.Value, Secret: secret})
		}
	}
	return nil
}

// nameOf returns the name of a key without the prefix. That of OneKey is "", as the name of the
// source has the extension, unless [Named] has given it another one.
func (s *source) nameOf(kv *mvccpb.KeyValue) string {
	if s.choice.one && s.named {
		return path.Base(s.key)
	}
	return strings.TrimPrefix(string(kv.Key), s.key)
}

// nothing is the error that there is no key at all.
func (s *source) nothing() error {
	if s.choice.one {
		return missing{"there is no key " + s.key}
	}
	return &config.SourceError{Err: missing{"no key begins with " + s.key},
		Hint: "those below the prefix are read; OneKey is for a key of that very name"}
}

package configkube

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"slices"
	"unicode/utf8"

	"example.com/lastgood/config"
)

// maxBody bounds an answer with one object. Kubernetes accepts objects of up to 1.5 MiB, and JSON
// can take six bytes for each of those.
const maxBody = 10 << 20

// object is a ConfigMap, a Secret or, as an event, a Status.
type object struct {
	Metadata   metadata          `json:"metadata"`
	Data       map[string]string `json:"data"` // of a Secret, in base64
	BinaryData map[string][]byte `json:"binaryData"`
	status
}

type metadata struct {
	Name            string `json:"name"`
	Namespace       string `json:"namespace"`
	ResourceVersion string `json:"resourceVersion"`
}

// Read lists the object by its name.
func (s *source) Read(ctx context.Context) (config.Reading, error) {
	answer, err := s.server.do(ctx, s, "list", url.Values{})
	if err != nil {
		return config.Reading{PollAfter: answer.retryAfter}, err
	}
	defer answer.close()
	var list struct {
		Kind     string   `json:"kind"`
		Metadata metadata `json:"metadata"`
		Items    []object `json:"items"`
	}
	if err := s.decode(answer, &list); err != nil {
		return config.Reading{}, err
	}
	if want := s.kind.name + "List"; list.Kind != want {
		return config.Reading{}, fmt.Errorf("the answer is a %.100q, not a %s", list.Kind, want)
	}
	r := config.Reading{Revision: list.Metadata.ResourceVersion}
	for _, o := range list.Items {
		if o.Metadata.Name == s.object && o.Metadata.Namespace == s.namespace {
			err := s.choose(&o, &r)
			return r, err
		}
	}
	return r, fmt.Errorf("there is no %s %s in the namespace %s: %w", s.kind.name, s.object, s.namespace, fs.ErrNotExist)
}

// decode decodes an answer's JSON into v.
func (s *source) decode(a answer, v any) error {
	body, err := io.ReadAll(io.LimitReader(a, s.maxBody+1))
	switch {
	case err != nil:
		return fmt.Errorf("the answer ended early: %w", err)
	case int64(len(body)) > s.maxBody:
		return &config.SourceError{Content: true, Err: fmt.Errorf("the answer has more than %d bytes, as no object has", s.maxBody)}
	case !utf8.Valid(body):
		return errors.New("the answer is not UTF-8")
	}
	if err := json.Unmarshal(body, v); err != nil {
		// err could quote a secret number.
		return fmt.Errorf("the answer, a %.60q, is not JSON as the API has it", a.contentType)
	}
	return nil
}

// choose adds the keys of the object to a reading, as documents or values.
func (s *source) choose(o *object, r *config.Reading) error {
	data := o.BinaryData
	if data == nil {
		data = make(map[string][]byte, len(o.Data))
	}
	for key, text := range o.Data {
		data[key] = []byte(text)
		if s.secret {
			var err error
			if data[key], err = base64.StdEncoding.DecodeString(text); err != nil {
				return fmt.Errorf("the data of the key %q is not in base64", key) // err could quote it
			}
		}
	}
	c := &s.choice
	for key := range c.values {
		if _, ok := data[key]; !ok {
			return s.noKey(key)
		}
	}
	for _, key := range c.documents {
		if _, ok := data[key]; !ok {
			return s.noKey(key)
		}
	}
	for key, bytes := range data {
		section, value := c.values[key]
		document := slices.Contains(c.documents, key)
		switch {
		case !value && !document && c.others:
			section, value = c.section, true
		case !value && c.documents == nil:
			document = true
		}
		switch {
		case value && section != "":
			r.Values = append(r.Values, config.Value{Key: section + "." + key, Data: bytes, Secret: s.secret})
		case value:
			r.Values = append(r.Values, config.Value{Key: key, Data: bytes, Secret: s.secret})
		case document:
			r.Documents = append(r.Documents, config.Document{Name: key, Data: bytes, Secret: s.secret})
		}
	}
	return nil
}

func (s *source) noKey(key string) error {
	return fmt.Errorf("the %s %s has no key %q: %w", s.kind.name, s.object, key, fs.ErrNotExist)
}

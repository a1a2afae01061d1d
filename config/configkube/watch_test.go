package configkube_test

import (
	"strings"
	"testing"

	"example.com/lastgood/config/configkube"
)

func TestAWatchReturnsWhyItEnds(t *testing.T) {
	t.Parallel()
	const added = `{"type":"ADDED","object":{"metadata":{"name":"app"}}}` + "\n"
	for name, c := range map[string]struct {
		code  int
		body  string
		hints int
		want  string // "" for no error
	}{
		"in order":             {200, added, 1, ""},
		"bookmarks alone":      {200, `{"type":"BOOKMARK","object":{}}`, 0, ""},
		"a cut event":          {200, added + `{"type":"ADD`, 1, "the watch was cut: unexpected EOF"},
		"expired, in band":     {200, `{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}}`, 0, "the revision has expired"},
		"expired, as status":   {410, `{"kind":"Status","code":410}`, 0, "the revision has expired"},
		"another error":        {200, `{"type":"ERROR","object":{"code":500,"message":"etcd is gone"}}`, 0, "the API server has ended the watch: 500 etcd is gone"},
		"a type of the future": {200, `{"type":"RENAMED","object":{}}`, 1, ""},
		"an event without end": {200, `{"type":"` + strings.Repeat("x", 10<<10), 0, "an event has more than 10240 bytes"},
		"no permission":        {403, `{}`, 0, "verbs: [list, watch]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hints := 0
			s := configkube.ConfigMap("prod", "app", configkube.BaseURL("http://localhost"), always(c.code, c.body))
			configkube.SetMaxBody(s, 10<<10)
			err := s.Watch(t.Context(), "7", func() { hints++ })
			if hints != c.hints {
				t.Errorf("%d hints, want %d", hints, c.hints)
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Watch returns %v, want %q", err, c.want)
			}
		})
	}
}

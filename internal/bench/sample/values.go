package sample

import (
	"fmt"
	"time"
)

// NewSmall returns a revision of the small configuration.
func NewSmall(revision int) *Small {
	c := &Small{Revision: revision, Server: server()}
	c.DB.Host, c.DB.Port, c.DB.Name, c.DB.Pool = "db.example.com", 5432, "orders", 20
	c.Log.Level, c.Log.Format = "info", "json"
	c.Log.Labels = map[string]string{"team": "core", "env": "prod"}
	c.Upstreams = []UpstreamOf[time.Duration]{
		{"one", "http://one.example.com/api", 60, time.Second},
		{"two", "http://two.example.com/api", 40, 1500 * time.Millisecond},
	}
	c.Features = map[string]bool{"fast": true, "checkout": false, "search": true}
	c.Origins = []string{"https://a.example.com", "https://b.example.com"}
	return c
}

// NewLarge returns a revision of a configuration with keys leaves, a multiple of
// 100; a list of strings counts as one.
func NewLarge(keys, revision int) *Large {
	c := &Large{Revision: revision, Server: server(),
		Labels:  map[string]string{},
		Tenants: map[string]TenantOf[time.Duration]{},
		Routes:  make([]RouteOf[time.Duration], keys/10),
	}
	for i := range keys/10 - serverKeys - 1 {
		c.Labels[fmt.Sprintf("label-%d", i)] = fmt.Sprintf("value %d", i)
	}
	for i := range keys / 20 {
		t := TenantOf[time.Duration]{Name: fmt.Sprintf("tenant %d", i), Port: 1000 + i, Timeout: 5 * time.Second,
			Ratio: 0.5, On: i%2 == 0, Tags: []string{"red", fmt.Sprintf("zone-%d", i%7)}}
		t.Quota.CPU, t.Quota.Memory = 1+i%8, 512
		c.Tenants[fmt.Sprintf("tenant-%d", i)] = t
	}
	for i := range c.Routes {
		c.Routes[i] = RouteOf[time.Duration]{fmt.Sprintf("/path/%d", i), fmt.Sprintf("tenant-%d", i/2),
			i % 100, "abc"[i%3 : i%3+1], time.Duration(i%9+1) * time.Second}
	}
	return c
}

const serverKeys = 9

func server() ServerOf[time.Duration] {
	var s ServerOf[time.Duration]
	s.Addr = ":8080"
	s.TLS.Cert, s.TLS.Key, s.TLS.Minimum = "/etc/tls/tls.crt", "/etc/tls/tls.key", "1.3"
	s.Limits.Body, s.Limits.Header = 1<<20, 1<<14
	s.Timeouts.Read, s.Timeouts.Write, s.Timeouts.Idle = 5*time.Second, 10*time.Second, 2*time.Minute
	return s
}

package testkit

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy passes the bytes of TCP connections on to a server, until it stalls. It is safe for
// concurrent use.
type Proxy struct {
	Addr string // where it listens, on the loopback interface

	mu      sync.Mutex
	stalled chan struct{} // closed when it is not
	ended   bool
	conns   map[net.Conn]bool
	running sync.WaitGroup
}

// NewProxy starts a proxy for the server at the address target. It ends with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it takes no time
	Must(t, err)
	p := &Proxy{Addr: listener.Addr().String(), stalled: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(p.stalled)
	p.running.Go(func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			p.running.Go(func() { p.serve(from, target) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.mu.Lock()
		p.ended = true
		for c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		p.Resume()
		p.running.Wait()
	})
	return p
}

// Stall has no byte pass from now on, although connections stay, and new ones are accepted.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = make(chan struct{})
}

// Resume has bytes pass again, those of the meantime included.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.stalled:
	default:
		close(p.stalled)
	}
}

func (p *Proxy) serve(from net.Conn, target string) {
	if !p.keep(from) {
		return
	}
	defer p.drop(from)
	to, err := net.Dial("tcp", target) //nolint:noctx // on this machine
	if err != nil || !p.keep(to) {
		return
	}
	defer p.drop(to)
	p.running.Go(func() {
		p.copy(from, to)
		p.drop(from)
	})
	p.copy(to, from)
}

// keep has a connection closed at the end, which may have come already.
func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		_ = c.Close()
		return false
	}
	p.conns[c] = true
	return true
}

func (p *Proxy) drop(c net.Conn) {
	_ = c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

func (p *Proxy) copy(to io.Writer, from io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		stalled := p.stalled
		p.mu.Unlock()
		<-stalled
		if n > 0 {
			if _, failed := to.Write(buf[:n]); failed != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

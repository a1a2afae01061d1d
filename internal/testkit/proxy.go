package testkit

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy passes the bytes of TCP connections on to a server, until it stalls or is cut. It is safe for
// concurrent use.
type Proxy struct {
	Addr string // where it listens, on the loopback interface

	mu      sync.Mutex
	stalled chan struct{} // closed when it is not
	lost    int           // how often connections were lost
	cut     bool          // there are no connections
	ended   chan struct{} // closed at the end
	conns   map[net.Conn]bool
	running sync.WaitGroup
}

// NewProxy starts a proxy for the server at the address target. It ends with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it takes no time
	Must(t, err)
	p := &Proxy{Addr: listener.Addr().String(), stalled: make(chan struct{}), ended: make(chan struct{}), conns: map[net.Conn]bool{}}
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
		close(p.ended)
		for c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
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

// Cut closes every connection, and those that are made from now on.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.conns {
		_ = c.Close()
	}
}

// Resume has bytes pass again, those of the time when it was stalled included.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
	select {
	case <-p.stalled:
	default:
		close(p.stalled)
	}
}

// Lose has no byte pass any more through the connections of now, which stay, as when a firewall
// has forgotten them. New ones are in order.
func (p *Proxy) Lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost++
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
	p.mu.Lock()
	lost := p.lost
	p.mu.Unlock()
	p.running.Go(func() {
		p.copy(from, to, lost)
		p.drop(from)
	})
	p.copy(to, from, lost)
}

// keep has a connection closed at the end, which may have come already.
func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	ended := p.cut
	select {
	case <-p.ended:
		ended = true
	default:
	}
	if ended {
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

// copy copies until one end closes, or the connection, which was made after so many losses,
// is lost.
func (p *Proxy) copy(to io.Writer, from io.Reader, lost int) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		stalled := p.stalled
		if p.lost != lost {
			stalled = nil
		}
		p.mu.Unlock()
		select {
		case <-stalled:
		case <-p.ended:
		}
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

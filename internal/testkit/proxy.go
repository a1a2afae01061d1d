package testkit

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy forwards the bytes of TCP connections to a server, unless it is stalled or cut. It is safe
// for concurrent use.
type Proxy struct {
	Addr string // the address it listens at, on the loopback interface

	mu      sync.Mutex
	stalled chan struct{} // closed while it is not stalled
	lost    int           // the number of calls of Lose
	cut     bool          // connections are closed at once
	ended   chan struct{} // closed when the test ends
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

// Stall stops forwarding. Connections remain open, and new ones are accepted.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = make(chan struct{})
}

// Cut closes every connection, and those that are made until Resume.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.conns {
		_ = c.Close()
	}
}

// Resume forwards again, including the bytes received meanwhile.
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

// Lose stops forwarding for the present connections, which remain open, like a firewall that
// has lost its state. New connections work.
func (p *Proxy) Lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost++
}

func (p *Proxy) serve(from net.Conn, target string) {
	if !p.add(from) {
		return
	}
	defer p.remove(from)
	to, err := net.Dial("tcp", target) //nolint:noctx // on this machine
	if err != nil || !p.add(to) {
		return
	}
	defer p.remove(to)
	p.mu.Lock()
	lost := p.lost
	p.mu.Unlock()
	p.running.Go(func() {
		p.copy(from, to, lost)
		p.remove(from)
	})
	p.copy(to, from, lost)
}

// add registers a connection to be closed at the end. It returns false if the end has come.
func (p *Proxy) add(c net.Conn) bool {
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

func (p *Proxy) remove(c net.Conn) {
	_ = c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// copy forwards until an end closes, or until Lose is called after the connection was made,
// when lost was the number of calls.
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

package main

import (
	"strings"
	"sync"
)

// journal stores the lines of the log, which the demo does not print. It is safe for concurrent use.
type journal struct {
	mu    sync.Mutex
	lines []string
}

// Write implements io.Writer. A slog handler writes a line at a time.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, strings.TrimSpace(string(line)))
	return len(line), nil
}

// find returns the end of the last line that contains text, from that text on.
func (j *journal) find(text string) (string, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := len(j.lines) - 1; i >= 0; i-- {
		if at := strings.Index(j.lines[i], text); at >= 0 {
			return j.lines[i][at:], true
		}
	}
	return "", false
}

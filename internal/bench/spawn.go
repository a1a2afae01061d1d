//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// child is a process of this command that does what it is told.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	enc *json.Encoder
	dec *json.Decoder
}

func startChild() (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), self)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &child{cmd, in, json.NewEncoder(in), json.NewDecoder(out)}, cmd.Start()
}

// tell gives an order and returns the answer.
func (c *child) tell(o order) (report, error) {
	if err := c.enc.Encode(o); err != nil {
		return report{}, err
	}
	return c.answer(o)
}

// answer waits for the answer to an order that was given.
func (c *child) answer(o order) (report, error) {
	var r report
	if err := c.dec.Decode(&r); err != nil {
		return r, err
	}
	if r.Err != "" {
		return r, fmt.Errorf("%s %s: %w", o.Do, o.Name, errors.New(r.Err))
	}
	return r, nil
}

// follow has it follow a configuration.
func (c *child) follow(name string, z size, path string) error {
	_, err := c.tell(order{Do: "follow", Name: name, Keys: z.keys, Path: path, Times: 1})
	return err
}

// stats asks it what it has used so far.
func (c *child) stats() (report, error) { return c.tell(order{Do: "stats"}) }

// cpu asks it for the CPU time alone, since the other figures cost some.
func (c *child) cpu() (float64, error) {
	r, err := c.tell(order{Do: "cpu"})
	return float64(r.CPU), err
}

// end ends it and waits for that.
func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Wait() // nothing depends on how it ended
}

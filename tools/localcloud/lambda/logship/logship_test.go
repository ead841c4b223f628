package logship

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

type sink struct {
	mu      sync.Mutex
	lines   []string
	batches int
}

func (k *sink) put(events []Event) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.batches++
	for _, e := range events {
		k.lines = append(k.lines, e.Message)
	}
	return nil
}

func TestLinesKeepTheirOrderAndComeInBatches(t *testing.T) {
	s := New(time.Millisecond, func(err error) { t.Error(err) })
	var k sink
	stream := s.Stream(k.put)
	for i := range 10000 {
		stream.Write(time.Now(), fmt.Sprint(i))
	}
	s.Close()
	if len(k.lines) != 10000 || k.batches > 1000 {
		t.Fatalf("%d lines in %d batches", len(k.lines), k.batches)
	}
	for i, l := range k.lines {
		if l != fmt.Sprint(i) {
			t.Fatalf("line %d is %s", i, l)
		}
	}
	stream.Write(time.Now(), "late") // must neither block nor be kept
	if len(k.lines) != 10000 {
		t.Error("a line came after Close")
	}
}

func TestWritersWaitForASlowSink(t *testing.T) {
	s := New(time.Millisecond, func(error) {})
	release := make(chan struct{})
	var size int
	stream := s.Stream(func(events []Event) error {
		<-release
		for _, e := range events {
			size += len(e.Message)
		}
		return nil
	})
	big := string(make([]byte, 1<<20))
	written := make(chan int)
	go func() {
		for i := range 64 {
			stream.Write(time.Now(), big)
			written <- i
		}
		close(written)
	}()
	last := -1
	for stuck := false; !stuck; {
		select {
		case last = <-written:
		case <-time.After(200 * time.Millisecond):
			stuck = true
		}
	}
	if last >= 63 {
		t.Error("64 MiB were taken although none could be written")
	}
	close(release)
	for range written {
		continue
	}
	s.Close()
	if size != 64<<20 {
		t.Errorf("%d bytes were written", size)
	}
}

func TestFailuresAreTold(t *testing.T) {
	told := make(chan error, 1)
	s := New(0, func(err error) { told <- err })
	defer s.Close()
	s.Stream(func([]Event) error { return errors.New("no right") }).Write(time.Now(), "x")
	select {
	case err := <-told:
		if err.Error() != "no right" {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody was told")
	}
}

package mirror

import (
	"fmt"
	"sync"
	"time"
)

// beat is the longest that a meter is silent.
const beat = 5 * time.Second

// meter turns what goes on into lines of progress: at most one a second, and at
// least one a beat, because a large package compiles for a minute in silence.
type meter struct {
	mu     sync.Mutex
	out    func(string)
	now    func() time.Time
	phase  string
	detail string
	start  time.Time // of the phase
	last   time.Time // when the last line went out
	stop   chan struct{}
	done   sync.WaitGroup
}

func newMeter(out func(string)) *meter {
	m := &meter{out: out, now: time.Now, stop: make(chan struct{})}
	m.done.Go(m.run)
	return m
}

func (m *meter) run() {
	tick := time.NewTicker(beat / 5)
	defer tick.Stop()
	for {
		select {
		case <-m.stop:
			return
		case <-tick.C:
			m.tick()
		}
	}
}

// close ends the meter: nothing is said after it.
func (m *meter) close() {
	close(m.stop)
	m.done.Wait()
}

// begin starts a phase, which is said at once, with a note that need not last.
func (m *meter) begin(phase, note string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.phase, m.detail, m.start = phase, "", m.now()
	if note != "" {
		phase += ": " + note
	}
	m.say(phase)
}

// set says what the phase is at, if the last line is not too fresh.
func (m *meter) set(detail string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.detail = detail
	if m.now().Sub(m.last) >= time.Second {
		m.say(m.status())
	}
}

func (m *meter) tick() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.phase != "" && m.now().Sub(m.last) >= beat {
		m.say(m.status())
	}
}

// status is the phase, what it is at, and for how long it has been going on.
func (m *meter) status() string {
	s := m.phase
	if m.detail != "" {
		s += ": " + m.detail
	}
	return fmt.Sprintf("%s (%s)", s, m.now().Sub(m.start).Round(time.Second))
}

func (m *meter) say(line string) {
	m.last = m.now()
	m.out(line)
}

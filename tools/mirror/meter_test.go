package mirror

import (
	"strings"
	"testing"
	"time"
)

// At most a line a second, at least one a beat, and each says for how long.
func TestMeter(t *testing.T) {
	var lines []string
	now := time.Unix(0, 0)
	m := &meter{out: func(s string) { lines = append(lines, s) }, now: func() time.Time { return now }}
	m.tick() // before the first phase
	m.begin("compiling", "once")
	m.set("package 1") // too soon
	for range 4 {
		now = now.Add(time.Second)
		m.tick()
	}
	now = now.Add(time.Second)
	m.tick() // a beat without news
	now = now.Add(time.Second)
	m.set("package 2")
	m.begin("linking", "")
	now = now.Add(beat)
	m.tick()
	golden(t, "meter.txt", strings.Join(lines, "\n"))
}

package fleet

import (
	"sync"
	"time"
)

// tailSize is the size of the tail of the log that an invocation returns, in
// bytes.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const tailSize = 4 << 10

// journal is the log of one instance, and the tail of its current invocation.
type journal struct {
	now func() time.Time

	mu   sync.Mutex
	to   LineWriter
	tail []byte
}

func (j *journal) line(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.to.Write(j.now(), text)
	j.tail = append(append(j.tail, text...), '\n')
	if len(j.tail) > 4*tailSize { // rarely, since it copies
		j.tail = append(j.tail[:0], j.tail[len(j.tail)-tailSize:]...)
	}
}

// reset clears the tail.
func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tail = nil
}

// end returns the tail and clears it.
func (j *journal) end() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	t := j.tail
	j.tail = nil
	if len(t) > tailSize {
		t = t[len(t)-tailSize:]
	}
	return t
}

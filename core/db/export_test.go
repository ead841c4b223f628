package db

import "time"

// Freeze makes the handle believe that it was last used that long ago, as it
// does after its instance was frozen.
func (p *Primary) Freeze(d time.Duration) { p.h.used.Add(-int64(d)) }

// GiveUpAfter bounds how long the handle tries to connect.
func (p *Primary) GiveUpAfter(d time.Duration) {
	p.h.retries = retries{budget: d, first: time.Millisecond, most: 10 * time.Millisecond}
}

// WithCA returns a handle that trusts these certificates alone.
func WithCA(url, pem string) *Primary {
	return &Primary{h: newHandle(staticSource{Primary: url, CA: pem}, primaryRole)}
}

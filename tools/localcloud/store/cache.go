package store

import "sync"

// Cache remembers what was read from collections, so that a hot path does not
// read it again. Whatever changes those collections forgets all of it.
type Cache[K comparable, V any] struct {
	mu    sync.RWMutex
	epoch int // counts the changes: what was read before one is not kept after it
	known map[K]*V
}

// NewCache gives an empty cache.
func NewCache[K comparable, V any]() *Cache[K, V] { return &Cache[K, V]{known: map[K]*V{}} }

// Get gives what is known of key, nil where nothing is, and the epoch to hand to
// Put with what is then read.
func (c *Cache[K, V]) Get(key K) (*V, int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.known[key], c.epoch
}

// Put keeps what was read since Get gave the epoch, unless something has changed.
func (c *Cache[K, V]) Put(key K, epoch int, found *V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch == c.epoch {
		c.known[key] = found
	}
}

// Forget forgets everything, also what is being read now.
func (c *Cache[K, V]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	clear(c.known)
}

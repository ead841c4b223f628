package store

import "sync"

// Cache holds values that were read from collections, so that a hot path does not
// read them again. Code that changes those collections calls Forget.
type Cache[K comparable, V any] struct {
	mu    sync.RWMutex
	epoch int // counts the changes: a value that was read before a change is not kept after it
	known map[K]*V
}

// NewCache returns an empty cache.
func NewCache[K comparable, V any]() *Cache[K, V] { return &Cache[K, V]{known: map[K]*V{}} }

// Get returns the value of key, nil if there is none, and the epoch to pass to
// Put with the value that is then read.
func (c *Cache[K, V]) Get(key K) (*V, int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.known[key], c.epoch
}

// Put keeps a value that was read after Get returned the epoch, unless something
// has changed since.
func (c *Cache[K, V]) Put(key K, epoch int, found *V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch == c.epoch {
		c.known[key] = found
	}
}

// Forget removes all values, also those that are being read now.
func (c *Cache[K, V]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	clear(c.known)
}

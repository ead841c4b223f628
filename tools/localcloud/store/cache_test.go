package store

import "testing"

func TestCacheKeepsNothingThatWasReadBeforeAChange(t *testing.T) {
	c := NewCache[string, int]()
	one, two := 1, 2
	_, epoch := c.Get("key")
	c.Put("key", epoch, &one)
	if got, _ := c.Get("key"); got != &one {
		t.Fatalf("got %v, want what was put", got)
	}
	_, epoch = c.Get("other")
	c.Forget()
	c.Put("other", epoch, &two)
	for _, key := range []string{"key", "other"} {
		if got, _ := c.Get(key); got != nil {
			t.Errorf("%s is %d after a change", key, *got)
		}
	}
}

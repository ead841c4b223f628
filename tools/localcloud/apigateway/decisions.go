package apigateway

import (
	"maps"
	"sync"
	"time"
)

// maxDecisions is the most decisions that are kept for a stage, so that clients
// with ever new identities do not fill the memory.
const maxDecisions = 10_000

// decisions keeps the decisions of a stage's Lambda authorizers by authorizer and
// identity. A change of the API forgets them. It is safe for concurrent use.
type decisions struct {
	mu  sync.Mutex
	all map[string]keptDecision
}

type keptDecision struct {
	decision
	expires time.Time
}

func (c *decisions) get(key string, now time.Time) (decision, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.all[key]
	return kept.decision, ok && now.Before(kept.expires)
}

func (c *decisions) put(key string, d decision, now time.Time, ttl time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) >= maxDecisions {
		maps.DeleteFunc(c.all, func(_ string, kept keptDecision) bool { return !now.Before(kept.expires) })
	}
	if c.all == nil || len(c.all) >= maxDecisions {
		c.all = map[string]keptDecision{}
	}
	c.all[key] = keptDecision{d, now.Add(ttl)}
}

package cloudwatch

import (
	"slices"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// flush stores the metrics that have changed.
func (s *Service) flush() error {
	s.mu.Lock()
	changed := map[string]series{}
	for key := range s.changed {
		one := *s.metrics[key]
		one.Points = slices.Clone(one.Points)
		changed[key] = one
	}
	clear(s.changed)
	s.mu.Unlock()
	if len(changed) == 0 {
		return nil
	}
	return s.env.Store.Update(func(tx *store.Tx) error {
		for key, one := range changed {
			if err := s.kept.PutTx(tx, key, one); err != nil {
				return err
			}
		}
		return nil
	})
}

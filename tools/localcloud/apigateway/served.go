package apigateway

import (
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// served is an API as the data plane serves it: read once, until it changes.
type served struct {
	api    api
	stages map[string]servedStage
}

type servedStage struct {
	stage
	table     *table
	decisions *decisions
}

func (s *Service) forget(apiID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.served, apiID)
}

// serve returns an API, or an *Error if there is none.
func (s *Service) serve(apiID string) (*served, error) {
	s.mu.RLock()
	v := s.served[apiID]
	s.mu.RUnlock()
	if v != nil {
		return v, nil
	}
	// The lock is held while the store is read, so that a change in between is
	// not missed.
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.env.Store.View(func(tx *store.Tx) (err error) {
		v, err = s.readTx(tx, apiID)
		return err
	})
	if err == nil {
		s.served[apiID] = v
	}
	return v, err
}

func (s *Service) readTx(tx *store.Tx, apiID string) (*served, error) {
	a, err := s.apiTx(tx, apiID)
	if err != nil {
		return nil, err
	}
	now, err := s.partsTx(tx, apiID)
	if err != nil {
		return nil, err
	}
	v := &served{api: a, stages: map[string]servedStage{}}
	live := newTable(now)
	err = s.stages.EachTx(tx, apiID+"/", func(_ string, st stage) (bool, error) {
		t := live
		if !st.AutoDeploy {
			then, _, err := s.snapshots.GetTx(tx, apiID+"/"+st.DeploymentID)
			if err != nil {
				return false, err
			}
			t = newTable(then)
		}
		v.stages[st.Name] = servedStage{st, t, &decisions{}}
		return true, nil
	})
	return v, err
}

// stage returns the stage that a decoded path is for, and the path within it: a
// stage whose name is the first segment, or else the default stage.
func (v *served) stage(path string) (st servedStage, rest string, ok bool) {
	name, after, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if st, ok := v.stages[name]; ok && name != defaultStage {
		return st, "/" + after, true
	}
	st, ok = v.stages[defaultStage]
	return st, path, ok
}

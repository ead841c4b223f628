package logs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// retentions are the days for which a group may keep its events.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// The class of groups for delivery, and the days for which they keep events,
// which cannot be changed.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
const (
	deliveryClass     = "DELIVERY"
	deliveryRetention = 2
)

var classes = []string{"STANDARD", "INFREQUENT_ACCESS", deliveryClass}

// group is a log group as it is stored.
type group struct {
	Name      string
	CreatedAt int64 // milliseconds
	Retention int   // days; 0: forever
	Class     string
	KMSKey    string
	Tags      map[string]string
}

// horizon is the time in milliseconds before which events are no longer kept.
func (g group) horizon(now time.Time) int64 {
	if g.Retention == 0 {
		return 0
	}
	return now.AddDate(0, 0, -g.Retention).UnixMilli()
}

type createGroupInput struct {
	LogGroupName  string
	LogGroupClass string
	KmsKeyId      string
	Tags          map[string]string
}

func (s *Service) createGroup(_ context.Context, _ *wire.Call, in *createGroupInput) (*struct{}, error) {
	g := group{
		Name: in.LogGroupName, CreatedAt: s.env.Now().UnixMilli(), Class: in.LogGroupClass, KMSKey: in.KmsKeyId, Tags: in.Tags,
	}
	if g.Class == "" {
		g.Class = "STANDARD"
	}
	if g.Class == deliveryClass {
		g.Retention = deliveryRetention
	}
	if !slices.Contains(classes, g.Class) {
		return nil, constraint(g.Class, "logGroupClass", "Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]")
	}
	if err := cmp.Or(groupRef{LogGroupName: g.Name}.check(), checkTags(g.Tags)); err != nil {
		return nil, err
	}
	return nil, s.env.Store.Update(func(tx *store.Tx) error {
		_, exists, err := s.groups.GetTx(tx, g.Name)
		if err != nil {
			return err
		}
		if exists {
			return wire.Errorf(400, "ResourceAlreadyExistsException", "The specified log group already exists")
		}
		return s.groups.PutTx(tx, g.Name, g)
	})
}

// edit changes a group, which must exist.
func (s *Service) edit(r groupRef, change func(*group) error) error {
	return s.env.Store.Update(func(tx *store.Tx) error {
		g, err := s.group(tx, r)
		if err != nil {
			return err
		}
		if err := change(&g); err != nil {
			return err
		}
		return s.groups.PutTx(tx, g.Name, g)
	})
}

func (s *Service) deleteGroup(_ context.Context, _ *wire.Call, in *groupRef) (*struct{}, error) {
	return nil, s.env.Store.Update(func(tx *store.Tx) error {
		g, err := s.group(tx, *in)
		if err != nil {
			return err
		}
		if err := eraseTx(tx, s.events, g.Name+":", ""); err != nil {
			return err
		}
		if err := eraseTx(tx, s.streams, g.Name+":", ""); err != nil {
			return err
		}
		return s.groups.DeleteTx(tx, g.Name)
	})
}

// eraseTx removes the records whose key has the prefix and is before end (all if
// end is empty).
func eraseTx[T any](tx *store.Tx, c store.Collection[T], prefix, end string) error {
	var keys []string
	err := c.EachTx(tx, prefix, func(key string, _ T) (bool, error) {
		if end != "" && key >= end {
			return false, nil
		}
		keys = append(keys, key)
		return true, nil
	})
	for _, key := range keys {
		if err == nil {
			err = c.DeleteTx(tx, key)
		}
	}
	return err
}

type retentionInput struct {
	groupRef
	RetentionInDays int
}

func (s *Service) putRetention(_ context.Context, _ *wire.Call, in *retentionInput) (*struct{}, error) {
	if !slices.Contains(retentions, in.RetentionInDays) {
		list := strings.Join(strings.Fields(fmt.Sprint(retentions)), ", ")
		return nil, constraint(in.RetentionInDays, "retentionInDays", "Member must satisfy enum value set: "+list)
	}
	var changed group
	err := s.edit(in.groupRef, func(g *group) error {
		if err := g.checkRetention(); err != nil {
			return err
		}
		g.Retention = in.RetentionInDays
		changed = *g
		return nil
	})
	if err != nil {
		return nil, err
	}
	return nil, s.sweep(changed)
}

func (s *Service) deleteRetention(_ context.Context, _ *wire.Call, in *groupRef) (*struct{}, error) {
	return nil, s.edit(*in, func(g *group) error {
		if err := g.checkRetention(); err != nil {
			return err
		}
		g.Retention = 0
		return nil
	})
}

// checkRetention refuses a change of the retention that the group's class sets.
func (g *group) checkRetention() error {
	if g.Class == deliveryClass {
		return invalid("The retention of a log group of the class %s cannot be changed: it is %d days.", g.Class, g.Retention)
	}
	return nil
}

type keyInput struct {
	groupRef
	KmsKeyId string
}

func (s *Service) associateKey(_ context.Context, _ *wire.Call, in *keyInput) (*struct{}, error) {
	return nil, s.edit(in.groupRef, func(g *group) error { g.KMSKey = in.KmsKeyId; return nil })
}

func (s *Service) disassociateKey(_ context.Context, _ *wire.Call, in *groupRef) (*struct{}, error) {
	return nil, s.edit(*in, func(g *group) error { g.KMSKey = ""; return nil })
}

// sweep removes a group's expired events.
func (s *Service) sweep(g group) error {
	s.mu.Lock()
	s.swept[g.Name] = s.env.Now()
	s.mu.Unlock()
	if g.Retention == 0 {
		return nil
	}
	horizon := g.horizon(s.env.Now())
	return s.env.Store.Update(func(tx *store.Tx) error {
		return s.streams.EachTx(tx, g.Name+":", func(_ string, st stream) (bool, error) {
			return true, eraseTx(tx, s.events, st.prefix(), st.key(horizon, 0))
		})
	})
}

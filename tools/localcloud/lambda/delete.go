package lambda

import (
	"context"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) deleteFunction(_ context.Context, c *wire.Call, _ *none) (*none, error) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	if r.Qualifier == latest {
		return nil, invalid("$LATEST version cannot be deleted without deleting the function.")
	}
	if r.Qualifier != "" {
		return nil, s.deleteVersion(r)
	}
	err = s.update(func(tx *store.Tx) error {
		if _, err := s.functionTx(tx, r); err != nil {
			return err
		}
		return s.eraseTx(tx, r.Name)
	})
	if err == nil {
		s.queue.drop(r.Name)
		s.fleet.Retire(r.Name + ":")
	}
	return nil, err
}

// eraseTx removes a function and all that belongs to it. Event source mappings
// stay, as on AWS.
func (s *Service) eraseTx(tx *store.Tx, name string) error {
	return firstError(
		s.functions.DeleteTx(tx, name),
		deleteAll(tx, s.versions, name+"/"),
		deleteAll(tx, s.aliases, name+"/"),
		deleteAll(tx, s.policies, name+":"),
		deleteAll(tx, s.eventConfigs, name+":"),
		deleteAll(tx, s.provisioned, name+":"),
		s.eraseEventsTx(tx, name),
	)
}

func deleteAll[T any](tx *store.Tx, c store.Collection[T], prefix string) error {
	var keys []string
	err := c.EachTx(tx, prefix, func(key string, _ T) (bool, error) {
		keys = append(keys, key)
		return true, nil
	})
	for _, key := range keys {
		err = firstError(err, c.DeleteTx(tx, key))
	}
	return err
}

func (s *Service) deleteVersion(r reference) error {
	if !isVersion(r.Qualifier) {
		return invalid("Deletion of aliases is not currently supported.")
	}
	err := s.update(func(tx *store.Tx) error {
		if _, err := s.functionTx(tx, r); err != nil {
			return err
		}
		users, err := s.aliasesOfTx(tx, r)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return conflict("Unable to delete version because the following aliases reference it: [%s]", strings.Join(users, ", "))
		}
		return firstError(
			s.versions.DeleteTx(tx, versionKey(r.Name, r.Qualifier)),
			s.policies.DeleteTx(tx, r.key()), s.eventConfigs.DeleteTx(tx, r.key()), s.provisioned.DeleteTx(tx, r.key()),
		)
	})
	if err == nil {
		s.fleet.Retire(r.Name + ":" + r.Qualifier + ":")
	}
	return err
}

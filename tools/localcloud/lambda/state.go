package lambda

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// versionKey returns the key of a published version. %s pads the number with
// zeros: keys are in the order of the numbers.
func versionKey(name, number string) string {
	return fmt.Sprintf("%s%010s", names.Prefix(name), number)
}

// migrateKeysTx renames the keys that earlier versions wrote as name/qualifier.
func migrateKeysTx[T any](tx *store.Tx, c store.Collection[T]) error {
	old := map[string]T{}
	err := c.EachTx(tx, "", func(key string, v T) (bool, error) {
		if strings.Contains(key, "/") {
			old[key] = v
		}
		return true, nil
	})
	for key, v := range old {
		err = cmp.Or(err, c.PutTx(tx, strings.Replace(key, "/", ":", 1), v), c.DeleteTx(tx, key))
	}
	return err
}

// functionTx returns a function, or AWS's error if there is none.
func (s *Service) functionTx(tx *store.Tx, r names.Reference) (function, error) {
	f, ok, err := s.functions.GetTx(tx, r.Name)
	if err == nil && !ok {
		err = apierror.NotFound("Function not found: %s", s.names.ARN(r))
	}
	return f, err
}

// versionTx returns the version that r names, which may be an alias.
func (s *Service) versionTx(tx *store.Tx, r names.Reference) (function, version, error) {
	f, err := s.functionTx(tx, r)
	if err != nil {
		return f, version{}, err
	}
	number := r.Qualifier
	if number != "" && !names.IsVersion(number) {
		a, ok, err := s.aliases.GetTx(tx, names.Reference{Name: r.Name, Qualifier: number}.Key())
		if err != nil || !ok {
			return f, version{}, cmp.Or[error](err, apierror.NotFound("Function not found: %s", s.names.ARN(r)))
		}
		number = a.FunctionVersion
	}
	if number == "" || number == names.Latest {
		return f, f.Latest, nil
	}
	v, ok, err := s.versions.GetTx(tx, versionKey(r.Name, number))
	if err != nil || !ok {
		return f, v, cmp.Or[error](err, apierror.NotFound("Function not found: %s", s.names.ARN(r)))
	}
	return f, v, nil
}

// update runs f in one transaction and clears the caches of what it may change.
func (s *Service) update(f func(*store.Tx) error) error {
	err := s.env.Store.Update(f)
	s.targets.Forget()
	s.configs.Forget()
	return err
}

// touch updates the revision of $LATEST after a change.
func (s *Service) touch(v *version) {
	v.Config.RevisionId = uuid.NewString()
	v.Config.LastModified = names.Time(s.env.Now())
	v.Build = build(*v)
}

// build returns a digest of everything that instances and versions depend on.
func build(v version) string {
	c := v.Config
	c.RevisionId, c.LastModified, c.FunctionArn, c.Version = "", "", "", ""
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // a struct of strings and numbers always marshals
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// shown returns a configuration as reads show it: every change is complete at
// once.
func (s *Service) shown(v version, r names.Reference) *Configuration {
	c := v.Config
	c.FunctionArn = s.names.ARN(r)
	c.State, c.LastUpdateStatus = "Active", "Successful"
	return &c
}

// created returns a configuration as the answer of a creation shows it.
func (s *Service) created(v version, r names.Reference) *Configuration {
	c := v.Config
	c.FunctionArn = s.names.ARN(r)
	c.State, c.StateReasonCode, c.StateReason = "Pending", "Creating", "The function is being created."
	return &c
}

// updated returns a configuration as the answer of a change shows it.
func (s *Service) updated(v version, r names.Reference) *Configuration {
	c := s.shown(v, r)
	c.LastUpdateStatus, c.LastUpdateStatusReasonCode = "InProgress", "Creating"
	c.LastUpdateStatusReason = "The function is being created."
	return c
}

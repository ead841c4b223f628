package iam

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// managed is a managed policy as it is stored.
type managed struct {
	Name        string
	ID          string
	Path        string
	ARN         string
	Description string
	Created     time.Time
	Updated     time.Time
	Default     int // the number of the default version
	Next        int // the number of the next version; numbers are not reused
	Versions    []version
	Tags        []tag
}

// version is one version of a managed policy.
type version struct {
	Number   int
	Document string
	Created  time.Time
}

func (v version) id() string { return fmt.Sprintf("v%d", v.Number) }

// find returns the index of the version with that id ("v2").
func (m managed) find(id string) (int, error) {
	i := slices.IndexFunc(m.Versions, func(v version) bool { return v.id() == id })
	if i < 0 {
		return 0, noSuchEntity("Policy %s version %s does not exist or is not attachable.", m.ARN, id)
	}
	return i, nil
}

// document returns the default version's document.
func (m managed) document() string {
	for _, v := range m.Versions {
		if v.Number == m.Default {
			return v.Document
		}
	}
	return ""
}

// noSuchPolicy returns NoSuchEntity. For a policy that AWS manages it lists those
// that are supported, since the policy may exist on AWS.
func noSuchPolicy(arn string) error {
	if strings.HasPrefix(arn, awsPolicyPrefix) {
		return noSuchEntity("Policy %s does not exist or is not attachable. Of AWS's managed policies the local cloud "+
			"has those in tools/localcloud/iam/managed; `aws iam list-policies --scope AWS` lists them.", arn)
	}
	return noSuchEntity("Policy %s does not exist or is not attachable.", arn)
}

// findPolicy returns a managed policy, the account's or AWS's.
func (s *Service) findPolicy(tx *store.Tx, arn string) (managed, error) {
	if m, ok := awsManaged(arn); ok {
		return m, nil
	}
	m, ok, err := s.policies.GetTx(tx, arn)
	if err == nil && !ok {
		err = noSuchPolicy(arn)
	}
	return m, err
}

// policy is findPolicy in a transaction of its own.
func (s *Service) policy(arn string) (m managed, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		m, err = s.findPolicy(tx, arn)
		return err
	})
	return m, err
}

// changePolicy changes one of the account's policies in a transaction.
func (s *Service) changePolicy(arn string, change func(*store.Tx, *managed) error) error {
	return s.update(func(tx *store.Tx) error {
		m, ok, err := s.policies.GetTx(tx, arn)
		if err != nil || !ok {
			return orElse(err, noSuchPolicy(arn))
		}
		if err := change(tx, &m); err != nil {
			return err
		}
		return s.policies.PutTx(tx, arn, m)
	})
}

// users returns the roles that have a policy attached, and those that have it as
// their boundary.
func (s *Service) users(tx *store.Tx, arn string) (attached, bounded []role, err error) {
	err = s.roles.EachTx(tx, "", func(_ string, r role) (bool, error) {
		if r.attached(arn) {
			attached = append(attached, r)
		}
		if r.Boundary == arn {
			bounded = append(bounded, r)
		}
		return true, nil
	})
	return attached, bounded, err
}

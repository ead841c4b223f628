package iam

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// role is a role as it is stored.
type role struct {
	Name        string
	ID          string
	Path        string
	ARN         string
	Created     time.Time
	Trust       string
	Description string
	MaxSession  int // seconds
	Boundary    string
	Tags        []tag
	Inline      map[string]string // documents by policy's name
	Attached    []string          // ARNs of managed policies, in the order of their attachment
}

func roleKey(name string) string { return strings.ToLower(name) }

// lookup returns the role of that name; NoSuchEntity if there is none.
func (s *Service) lookup(tx *store.Tx, name string) (role, error) {
	r, ok, err := s.roles.GetTx(tx, roleKey(name))
	if err == nil && !ok {
		err = noSuchRole(name)
	}
	return r, err
}

// role is lookup in a transaction of its own.
func (s *Service) role(name string) (r role, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		r, err = s.lookup(tx, name)
		return err
	})
	return r, err
}

// roleByARN finds a role by its ARN, whose last part is the name.
func (s *Service) roleByARN(arn string) (role, bool, error) {
	r, ok, err := s.roles.Get(roleKey(arn[strings.LastIndexByte(arn, '/')+1:]))
	return r, ok && r.ARN == arn, err
}

// changeRole changes one role in a transaction.
func (s *Service) changeRole(name string, change func(*store.Tx, *role) error) error {
	return s.update(func(tx *store.Tx) error {
		r, err := s.lookup(tx, name)
		if err != nil {
			return err
		}
		if err := change(tx, &r); err != nil {
			return err
		}
		return s.roles.PutTx(tx, roleKey(name), r)
	})
}

// maxTrust is the quota of a trust policy's length, in characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxTrust = 2048

// checkTrust checks a trust policy, also that the roles of this account that it
// names exist, like AWS.
func (s *Service) checkTrust(tx *store.Tx, document string) error {
	doc, err := policy.Trust(document)
	if err != nil {
		return malformed(err)
	}
	if size(document) > maxTrust {
		return limitExceeded("Cannot exceed quota for ACLSizePerRole: %d", maxTrust)
	}
	for _, statement := range doc.Statements {
		if statement.Principal == nil {
			continue
		}
		for _, arn := range statement.Principal.AWS {
			if err := s.checkPrincipal(tx, arn); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) checkPrincipal(tx *store.Tx, arn string) error {
	name, ours := strings.CutPrefix(arn, "arn:aws:iam::"+s.env.Account+":role/")
	if !ours {
		return nil
	}
	_, ok, err := s.roles.GetTx(tx, roleKey(name[strings.LastIndexByte(name, '/')+1:]))
	if err == nil && !ok {
		err = malformed(fmt.Errorf("Invalid principal in policy: \"AWS\":%q", arn))
	}
	return err
}

func (r *role) attached(arn string) bool { return slices.Contains(r.Attached, arn) }

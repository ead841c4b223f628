package secretsmanager

import (
	"context"
	"errors"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// reference is the answer of operations that change a secret.
type reference struct {
	ARN           string
	Name          string
	VersionID     string   `json:"VersionId,omitempty"`
	VersionStages []string `json:",omitempty"`
}

type createInput struct {
	value
	Name, Description, KmsKeyId string
	Tags                        []tagset.Tag
}

func (in *createInput) check() error {
	if err := checkName(in.Name); err != nil {
		return err
	}
	if err := checkTags(in.Tags); err != nil {
		return err
	}
	return in.value.check()
}

func (s *Service) createSecret(_ context.Context, _ *wire.Call, in *createInput) (*reference, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	now := s.env.Now()
	made := secret{
		Name: in.Name, ARN: s.arn(in.Name + "-" + suffix()), Description: in.Description, KeyID: in.KmsKeyId,
		Created: now, Changed: now, Tags: tagset.Sorted(in.Tags),
	}
	var id string
	if in.given() {
		id = in.token()
		made.add(in.version(id, now), []string{current})
	}
	return &reference{ARN: made.ARN, Name: made.Name, VersionID: id},
		s.env.Store.Update(func(tx *store.Tx) error { return s.insert(tx, made) })
}

func (s *Service) insert(tx *store.Tx, made secret) error {
	have, taken, err := s.find(tx, made.Name)
	switch {
	case err != nil:
		return err
	case taken && !have.Deleted.IsZero():
		return invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.")
	case taken:
		return wire.Errorf(400, "ResourceExistsException",
			"The operation failed because the secret %s already exists.", made.Name)
	}
	return s.secrets.PutTx(tx, made.Name, made)
}

type updateInput struct {
	value
	SecretId              string
	Description, KmsKeyId *string
}

func (s *Service) updateSecret(_ context.Context, _ *wire.Call, in *updateInput) (*reference, error) {
	if err := in.value.check(); err != nil {
		return nil, err
	}
	var out reference
	return &out, s.change(in.SecretId, false, func(have *secret) error {
		out = reference{ARN: have.ARN, Name: have.Name}
		if in.Description != nil {
			have.Description = *in.Description
		}
		if in.KmsKeyId != nil {
			have.KeyID = *in.KmsKeyId
		}
		have.Changed = s.env.Now()
		if !in.given() {
			return nil
		}
		out.VersionID = in.token()
		return have.put(in.version(out.VersionID, have.Changed), []string{current})
	})
}

type deleteInput struct {
	SecretId                   string
	RecoveryWindowInDays       *int
	ForceDeleteWithoutRecovery bool
}

type deleteOutput struct {
	ARN, Name    string
	DeletionDate float64
}

// window returns how long a secret can be restored: 7 to 30 days, 30 by default,
// none if the deletion is forced.
func (in *deleteInput) window() (time.Duration, error) {
	days := 30
	switch {
	case in.ForceDeleteWithoutRecovery && in.RecoveryWindowInDays != nil:
		return 0, invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
	case in.ForceDeleteWithoutRecovery:
		return 0, nil
	case in.RecoveryWindowInDays != nil:
		days = *in.RecoveryWindowInDays
	}
	if days < 7 || days > 30 {
		return 0, invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
	}
	return time.Duration(days) * 24 * time.Hour, nil
}

func (s *Service) deleteSecret(_ context.Context, _ *wire.Call, in *deleteInput) (*deleteOutput, error) {
	window, err := in.window()
	if err != nil {
		return nil, err
	}
	now := s.env.Now()
	out := &deleteOutput{ARN: in.SecretId, Name: in.SecretId, DeletionDate: wire.Seconds(now.Add(window))}
	err = s.change(in.SecretId, true, func(have *secret) error {
		out.ARN, out.Name = have.ARN, have.Name
		if !have.Deleted.IsZero() && !in.ForceDeleteWithoutRecovery {
			out.DeletionDate = wire.Seconds(have.Purge) // it is marked already and keeps its date
			return nil
		}
		have.Deleted, have.Purge = now, now.Add(window)
		return nil
	})
	if in.ForceDeleteWithoutRecovery && isNotFound(err) {
		return out, nil // as on AWS, a forced deletion of a secret that does not exist succeeds
	}
	return out, err
}

func isNotFound(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Code == "ResourceNotFoundException"
}

type idInput struct{ SecretId string }

func (s *Service) restoreSecret(_ context.Context, _ *wire.Call, in *idInput) (*reference, error) {
	var out reference
	return &out, s.change(in.SecretId, true, func(have *secret) error {
		have.Deleted, have.Purge = time.Time{}, time.Time{}
		out = reference{ARN: have.ARN, Name: have.Name}
		return nil
	})
}

type tagInput struct {
	SecretId string
	Tags     []tagset.Tag
}

type empty struct{}

func (s *Service) tagResource(_ context.Context, _ *wire.Call, in *tagInput) (*empty, error) {
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	return nil, s.change(in.SecretId, false, func(have *secret) error {
		have.Tags = tagset.Merge(have.Tags, in.Tags)
		return checkTags(have.Tags)
	})
}

type untagInput struct {
	SecretId string
	TagKeys  []string
}

func (s *Service) untagResource(_ context.Context, _ *wire.Call, in *untagInput) (*empty, error) {
	return nil, s.change(in.SecretId, false, func(have *secret) error {
		have.Tags = tagset.Without(have.Tags, in.TagKeys)
		return nil
	})
}

package secretsmanager

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxValue is the largest value, in bytes.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
const maxValue = 65536

// value is the value in a call, if it has one.
type value struct {
	ClientRequestToken string
	SecretString       *string
	SecretBinary       []byte
}

func (v value) given() bool { return v.SecretString != nil || v.SecretBinary != nil }

func (v value) check() error {
	switch {
	case v.SecretString != nil && v.SecretBinary != nil:
		return invalid("You can't specify both a binary secret value and a string secret value in the same secret.")
	case len(v.SecretBinary) > maxValue, v.SecretString != nil && len(*v.SecretString) > maxValue:
		return invalid("The secret value exceeds the maximum of %d bytes.", maxValue)
	case v.ClientRequestToken != "" && (len(v.ClientRequestToken) < 32 || len(v.ClientRequestToken) > 64):
		return invalid("ClientRequestToken must be 32-64 characters long.")
	}
	return nil
}

// token returns the id of the version that the call creates.
func (v value) token() string {
	if v.ClientRequestToken != "" {
		return v.ClientRequestToken
	}
	return uuid.NewString()
}

func (v value) version(id string, now time.Time) version {
	return version{ID: id, String: v.SecretString, Binary: v.SecretBinary, Created: now}
}

// put adds a version. Repeating a call with the same token and value is no error.
func (s *secret) put(v version, stages []string) error {
	i := s.byID(v.ID)
	if i < 0 {
		s.add(v, stages)
		return nil
	}
	if !s.Versions[i].same(v) {
		return wire.Errorf(400, "ResourceExistsException", "A resource with the ID you requested already exists.")
	}
	return nil
}

func (v version) same(other version) bool {
	if v.String == nil || other.String == nil {
		return v.String == other.String && bytes.Equal(v.Binary, other.Binary)
	}
	return *v.String == *other.String
}

type putInput struct {
	value
	SecretId      string
	VersionStages []string
}

func (s *Service) putSecretValue(_ context.Context, _ *wire.Call, in *putInput) (*reference, error) {
	if err := in.value.check(); err != nil {
		return nil, err
	}
	if !in.given() {
		return nil, invalid("You must provide either SecretString or SecretBinary.")
	}
	stages := in.VersionStages
	if len(stages) == 0 {
		stages = []string{current}
	}
	var out reference
	return &out, s.change(in.SecretId, false, func(have *secret) error {
		id := in.token()
		if err := have.put(in.version(id, s.env.Now()), stages); err != nil {
			return err
		}
		out = reference{ARN: have.ARN, Name: have.Name, VersionID: id, VersionStages: have.Versions[have.byID(id)].Stages}
		return nil
	})
}

type getInput struct{ SecretId, VersionId, VersionStage string }

type getOutput struct {
	ARN           string
	Name          string
	VersionID     string  `json:"VersionId"`
	SecretString  *string `json:",omitempty"`
	SecretBinary  []byte  `json:",omitempty"`
	VersionStages []string
	CreatedDate   float64
}

func (s *Service) getSecretValue(_ context.Context, _ *wire.Call, in *getInput) (*getOutput, error) {
	var out getOutput
	var accessed time.Time
	err := s.view(in.SecretId, false, func(have secret) error {
		i, err := have.requested(in)
		if err != nil {
			return err
		}
		v := have.Versions[i]
		accessed = have.Accessed
		out = getOutput{
			ARN: have.ARN, Name: have.Name, VersionID: v.ID, SecretString: v.String, SecretBinary: v.Binary,
			VersionStages: v.Stages, CreatedDate: wire.Seconds(v.Created),
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &out, s.touch(in.SecretId, accessed)
}

// touch records that a secret was read today. It writes at most once a day, so
// that reading stays cheap.
func (s *Service) touch(id string, accessed time.Time) error {
	today := s.env.Now().UTC().Truncate(24 * time.Hour)
	if accessed.Equal(today) {
		return nil
	}
	return s.change(id, true, func(have *secret) error {
		have.Accessed = today
		return nil
	})
}

// requested returns the index of the version that a call names, by default the
// current one.
func (s secret) requested(in *getInput) (int, error) {
	if in.VersionId != "" {
		i := s.byID(in.VersionId)
		switch {
		case i < 0:
			return 0, notFound("Secrets Manager can't find the specified secret value for VersionId: %s", in.VersionId)
		case in.VersionStage != "" && s.staged(in.VersionStage) != i:
			return 0, invalidRequest("You provided a VersionStage that is not associated to the provided VersionId.")
		}
		return i, nil
	}
	stage := in.VersionStage
	if stage == "" {
		stage = current
	}
	i := s.staged(stage)
	if i < 0 {
		return 0, notFound("Secrets Manager can't find the specified secret value for staging label: %s", stage)
	}
	return i, nil
}

package secretsmanager

import (
	"crypto/rand"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// secret is a secret as it is stored. The state file, which only its owner can
// read, is what protects the values.
type secret struct {
	Name        string
	ARN         string
	Description string
	KeyID       string
	Created     time.Time
	Changed     time.Time
	Accessed    time.Time // the day, as on AWS; zero: never
	Deleted     time.Time // when it was marked for deletion; zero if it was not
	Purge       time.Time // when it is removed, if it was marked
	Tags        []tagset.Tag
	Policy      string    `json:",omitempty"` // of the resource
	Versions    []version // the oldest first
}

// version is one version of a secret's value.
type version struct {
	ID      string
	String  *string
	Binary  []byte
	Created time.Time
	Stages  []string // a version without stages is deprecated
}

// The stages that Secrets Manager moves itself.
const (
	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

// name returns the name of the secret that an id names: a name, an ARN, or an ARN
// without the six characters that end it.
func (s *Service) name(id string) string {
	name, ok := strings.CutPrefix(id, s.arn(""))
	if !ok {
		return id
	}
	if found, exists, err := s.secrets.Get(name); exists && err == nil && found.Name == name {
		return name
	}
	if i := len(name) - 7; i > 0 && name[i] == '-' {
		return name[:i]
	}
	return name
}

// find returns a secret, also one that is marked for deletion, unless its
// recovery window is over.
func (s *Service) find(tx *store.Tx, name string) (secret, bool, error) {
	found, ok, err := s.secrets.GetTx(tx, name)
	if found.gone(s.env.Now()) {
		return secret{}, false, err
	}
	return found, ok, err
}

// gone reports whether the recovery window of a secret that is marked for
// deletion is over.
func (s secret) gone(now time.Time) bool { return !s.Purge.IsZero() && !now.Before(s.Purge) }

// view runs f on the secret that an id names. It fails for one that is marked for
// deletion, unless marked is true.
func (s *Service) view(id string, marked bool, f func(secret) error) error {
	name := s.name(id)
	return s.env.Store.View(func(tx *store.Tx) error {
		found, err := s.usable(tx, id, name, marked)
		if err != nil {
			return err
		}
		return f(found)
	})
}

// change is view for an f that changes the secret.
func (s *Service) change(id string, marked bool, f func(*secret) error) error {
	name := s.name(id)
	return s.env.Store.Update(func(tx *store.Tx) error {
		found, err := s.usable(tx, id, name, marked)
		if err != nil {
			return err
		}
		if err := f(&found); err != nil {
			return err
		}
		if found.gone(s.env.Now()) {
			return s.secrets.DeleteTx(tx, name)
		}
		return s.secrets.PutTx(tx, name, found)
	})
}

func (s *Service) usable(tx *store.Tx, id, name string, marked bool) (secret, error) {
	found, ok, err := s.find(tx, name)
	isARN := strings.HasPrefix(id, "arn:")
	switch {
	case err != nil:
		return found, err
	case !ok || (isARN && id != found.ARN && id != s.arn(name)):
		return found, notFound("Secrets Manager can't find the specified secret.")
	case !marked && !found.Deleted.IsZero():
		return found, invalidRequest("You can't perform this operation on the secret because it was marked for deletion.")
	}
	return found, nil
}

func notFound(format string, args ...any) error {
	return wire.Errorf(400, "ResourceNotFoundException", format, args...)
}

func invalidRequest(format string, args ...any) error {
	return wire.Errorf(400, "InvalidRequestException", format, args...)
}

func invalid(format string, args ...any) error {
	return wire.Errorf(400, "InvalidParameterException", format, args...)
}

var nameFormat = regexp.MustCompile(`^[a-zA-Z0-9/_+=.@-]{1,512}$`)

func checkName(name string) error {
	if nameFormat.MatchString(name) {
		return nil
	}
	return wire.Errorf(400, "ValidationException",
		"Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
}

// maxTags is how many tags a secret may have.
const maxTags = 50

func checkTags(tags []tagset.Tag) error {
	if len(tags) > maxTags {
		return invalid("A secret can have up to %d tags.", maxTags)
	}
	if key := tagset.Reserved(tagset.Keys(tags)...); key != "" {
		return invalid("Tag keys can't begin with aws: as it is reserved for AWS: %s", key)
	}
	if key := tagset.Repeated(tags); key != "" {
		return invalid("Duplicate tag key: %s", key)
	}
	return nil
}

// suffix returns the six characters that end a secret's ARN. Policies thereby
// distinguish a secret from an earlier one of the same name.
func suffix() string { return rand.Text()[:6] }

// stages returns the versions' stages, without versions that have none.
func (s secret) stages() map[string][]string {
	all := map[string][]string{}
	for _, v := range s.Versions {
		if len(v.Stages) > 0 {
			all[v.ID] = v.Stages
		}
	}
	return all
}

// byID returns the index of a version, -1 if there is none.
func (s secret) byID(id string) int {
	return slices.IndexFunc(s.Versions, func(v version) bool { return v.ID == id })
}

// staged returns the index of the version that has a stage, -1 if none has.
func (s secret) staged(stage string) int {
	return slices.IndexFunc(s.Versions, func(v version) bool { return slices.Contains(v.Stages, stage) })
}

package ssm

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// parameter is a parameter as it is stored.
type parameter struct {
	Name     string
	ARN      string
	Tags     []tagset.Tag
	Versions []version // the oldest first; never empty
}

// version is one version of a parameter. The state file, which only its owner
// can read, is what protects the value of a SecureString.
type version struct {
	Number         int
	Type           string // "String", "StringList" or "SecureString"
	Value          string
	Tier           string
	DataType       string
	KeyID          string
	Description    string
	AllowedPattern string
	Modified       time.Time
	ModifiedBy     string
	Labels         []string `json:",omitempty"` // sorted; no two versions share one
}

func (p parameter) latest() version { return p.Versions[len(p.Versions)-1] }

// value returns the value as a client sees it: for a SecureString that is not
// decrypted, a text that does not reveal it.
func (v version) value(arn string, decrypt bool) string {
	if v.Type != "SecureString" || decrypt {
		return v.Value
	}
	sum := sha256.Sum256([]byte(arn + "\x00" + v.Value))
	return "AQICAH" + base64.StdEncoding.EncodeToString(sum[:])
}

// arn returns a parameter's ARN by its name; an ARN is returned unchanged. A
// version ("name:3") is not part of it.
func (s *Service) arn(name string) string {
	name, _ = s.split(name)
	return s.env.ARN("ssm", "parameter/"+strings.TrimPrefix(s.plainName(name), "/"))
}

// plainName returns the name of a parameter that is named by its ARN.
func (s *Service) plainName(nameOrARN string) string {
	name, ok := strings.CutPrefix(nameOrARN, s.env.ARN("ssm", "parameter/"))
	if !ok {
		return nameOrARN
	}
	if strings.Contains(name, "/") {
		return "/" + name
	}
	return name
}

// split splits off a selector, which is a version's number or its label
// ("name:3", "name:production"), from a name.
func (s *Service) split(nameOrARN string) (plain, selector string) {
	prefix := s.env.ARN("ssm", "parameter/")
	if !strings.HasPrefix(nameOrARN, prefix) {
		prefix = ""
	}
	plain, selector, _ = strings.Cut(nameOrARN[len(prefix):], ":")
	return prefix + plain, selector
}

// find returns a parameter; both "a" and "/a" have the ARN parameter/a.
func (s *Service) find(tx *store.Tx, nameOrARN string) (parameter, error) {
	name := s.plainName(nameOrARN)
	p, ok, err := s.parameters.GetTx(tx, name)
	if err == nil && !ok && strings.HasPrefix(nameOrARN, "arn:") {
		p, ok, err = s.parameters.GetTx(tx, "/"+name)
	}
	if err == nil && !ok {
		err = wire.Errorf(400, "ParameterNotFound", "Parameter %s not found.", nameOrARN)
	}
	return p, err
}

// selected returns the version that a selector names: the latest if it is empty.
func (p parameter) selected(selector string) (version, error) {
	if selector == "" {
		return p.latest(), nil
	}
	number, err := strconv.Atoi(selector)
	i := slices.IndexFunc(p.Versions, func(v version) bool {
		return err == nil && v.Number == number || slices.Contains(v.Labels, selector)
	})
	if i < 0 {
		return version{}, errVersion(p.Name, selector)
	}
	return p.Versions[i], nil
}

func errVersion(name, selector string) error {
	return wire.Errorf(400, "ParameterVersionNotFound",
		"Systems Manager could not find version %s of %s. Verify the version and try again.", selector, name)
}

var nameFormat = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)

// checkName checks the name of a new parameter.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html#sysman-parameter-name-constraints
func (s *Service) checkName(name string) error {
	lower := strings.ToLower(strings.TrimPrefix(name, "/"))
	switch {
	case !nameFormat.MatchString(name):
		return invalid("Parameter name: can only contain a mix of letters, numbers and the symbols . - _ /")
	case len(s.arn(name)) > 1011:
		return invalid("Parameter name: the fully qualified name may have at most 1011 characters.")
	case strings.HasPrefix(lower, "aws") || strings.HasPrefix(lower, "ssm"):
		return wire.Errorf(400, "AccessDeniedException", "No access to reserved parameter name: %s.", name)
	case strings.Contains(name, "/") && !strings.HasPrefix(name, "/"):
		return invalid("Parameter name must be a fully qualified name.")
	case strings.HasSuffix(name, "/") || strings.Contains(name, "//"):
		return invalid("Parameter name must not end with a slash or have empty parts.")
	case strings.Count(name, "/") > 15:
		return wire.Errorf(400, "HierarchyLevelLimitExceededException",
			"A hierarchy can have a maximum of 15 levels.")
	}
	return nil
}

func invalid(format string, args ...any) error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

package sts

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// assumeRoleInput holds the members that are applied. There is no MFA
// (SerialNumber, TokenCode) and no identity provider (ProvidedContexts): these
// are refused, as is every other member.
type assumeRoleInput struct {
	RoleArn, RoleSessionName, Policy string
	PolicyArns                       []policyDescriptor
	DurationSeconds                  *int
	ExternalId, SourceIdentity       *string
	Tags                             []tagset.Tag
	TransitiveTagKeys                []string
}

type policyDescriptor struct {
	ARN string `form:"arn"`
}

type assumeRoleOutput struct {
	Credentials     credentials
	AssumedRoleUser assumedRoleUser
	SourceIdentity  string `xml:",omitempty"`
}

type assumedRoleUser struct {
	AssumedRoleID string `xml:"AssumedRoleId"`
	ARN           string `xml:"Arn"`
}

func (s *Service) assumeRole(_ context.Context, c *wire.Call, in *assumeRoleInput) (*assumeRoleOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	request := iam.AssumeRequest{
		RoleARN: in.RoleArn, SessionName: in.RoleSessionName, Policy: in.Policy, Tags: in.Tags,
		TransitiveTagKeys: in.TransitiveTagKeys, ExternalID: orEmpty(in.ExternalId),
		SourceIdentity: orEmpty(in.SourceIdentity), Seconds: orZero(in.DurationSeconds),
	}
	for _, p := range in.PolicyArns {
		request.PolicyARNs = append(request.PolicyARNs, p.ARN)
	}
	r, err := s.sessions.Assume(c.Principal, request)
	if err != nil {
		return nil, err
	}
	return &assumeRoleOutput{shape(r.Credentials), assumedRoleUser{r.ID, r.ARN}, r.SourceIdentity}, nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// The formats of AssumeRole's members.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
var (
	nameFormat       = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	externalIDFormat = regexp.MustCompile(`^[\w+=,.@:/-]{2,}$`)
)

// maxExternalID is the length of the longest external ID, in characters.
const maxExternalID = 1224

func (in *assumeRoleInput) check() error {
	if err := checkFormat("roleSessionName", &in.RoleSessionName, nameFormat); err != nil {
		return err
	}
	if err := checkFormat("externalId", in.ExternalId, externalIDFormat); err != nil {
		return err
	}
	if err := checkFormat("sourceIdentity", in.SourceIdentity, nameFormat); err != nil {
		return err
	}
	if len(orEmpty(in.ExternalId)) > maxExternalID {
		return invalid("1 validation error detected: Value at 'externalId' failed to satisfy constraint: "+
			"Member must have length less than or equal to %d", maxExternalID)
	}
	if in.SourceIdentity != nil && strings.HasPrefix(strings.ToLower(*in.SourceIdentity), "aws:") {
		return invalid("sourceIdentity must not begin with aws:")
	}
	if err := checkTags(in.Tags); err != nil {
		return err
	}
	return checkSeconds(in.DurationSeconds, 43200)
}

func checkFormat(member string, value *string, format *regexp.Regexp) error {
	if value == nil || format.MatchString(*value) {
		return nil
	}
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "+
		"Member must satisfy regular expression pattern: %s", *value, member, format)
}

// checkTags checks session tags: at most 50, with keys of 1 to 128 characters, of
// which no two differ only in case, and values of at most 256.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func checkTags(tags []tagset.Tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		key, length := strings.ToLower(t.Key), len([]rune(t.Key))
		switch {
		case length < 1, length > 128, len([]rune(t.Value)) > 256, !tagset.Characters.MatchString(t.Key), !tagset.Characters.MatchString(t.Value):
			return invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: the tag %q=%q has "+
				"a wrong length or wrong characters", t.Key, t.Value)
		case tagset.Reserved(t.Key) != "":
			return invalid("The tag key %s is invalid: keys that begin with aws: are reserved for AWS", t.Key)
		case seen[key]:
			return invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		seen[key] = true
	}
	if len(tags) > 50 {
		return invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: " +
			"Member must have length less than or equal to 50")
	}
	return nil
}

func invalid(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationError", format, args...)
}

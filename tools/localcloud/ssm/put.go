package ssm

import (
	"context"
	"regexp"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Limits of a parameter's value, in bytes, and of its versions.
// https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
const (
	maxStandard = 4 << 10
	maxAdvanced = 8 << 10
	maxVersions = 100
)

type putInput struct {
	Name, Value, Type, Tier, DataType, KeyId string
	Description, AllowedPattern              *string // nil keeps the previous version's
	Overwrite                                bool
	Tags                                     []tagset.Tag
}

type putOutput struct {
	Version int
	Tier    string
}

func (s *Service) putParameter(_ context.Context, c *wire.Call, in *putInput) (*putOutput, error) {
	if err := s.checkPut(in); err != nil {
		return nil, err
	}
	v := version{
		Type: in.Type, Value: in.Value, Tier: in.Tier, DataType: in.DataType, KeyID: in.KeyId,
		Modified: s.env.Now(), ModifiedBy: c.Principal.ARN,
	}
	var out putOutput
	return &out, s.env.Store.Update(func(tx *store.Tx) error {
		v, err := s.write(tx, in, v)
		out = putOutput{Version: v.Number, Tier: v.Tier}
		return err
	})
}

// write adds a version to a parameter, and creates the parameter if it does not
// exist.
func (s *Service) write(tx *store.Tx, in *putInput, v version) (version, error) {
	p, exists, err := s.parameters.GetTx(tx, in.Name)
	switch {
	case err != nil:
		return v, err
	case exists && !in.Overwrite:
		return v, wire.Errorf(400, "ParameterAlreadyExists", "The parameter already exists. "+
			"To overwrite this value, set the overwrite option in the request to true.")
	case exists:
		v.inherit(p.latest())
		if err := p.makeRoom(); err != nil {
			return v, err
		}
	default:
		p = parameter{Name: in.Name, ARN: s.arn(in.Name), Tags: tagset.Sorted(in.Tags)}
	}
	if in.Description != nil {
		v.Description = *in.Description
	}
	if in.AllowedPattern != nil {
		v.AllowedPattern = *in.AllowedPattern
	}
	if err := v.complete(); err != nil {
		return v, err
	}
	v.Number++
	p.Versions = append(p.Versions, v)
	return v, s.parameters.PutTx(tx, p.Name, p)
}

// makeRoom deletes the oldest version if the parameter has the most versions. It
// returns an error if that version has a label.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
func (p *parameter) makeRoom() error {
	if len(p.Versions) < maxVersions {
		return nil
	}
	oldest := p.Versions[0]
	if len(oldest.Labels) > 0 {
		return wire.Errorf(400, "ParameterMaxVersionLimitExceeded", "You attempted to create a new version of %s by "+
			"calling the PutParameter API with the overwrite flag. Version %d, the oldest version, can't be deleted "+
			"because it has a label associated with it. Move the label to another version of the parameter, and try again.",
			p.Name, oldest.Number)
	}
	p.Versions = slices.Delete(p.Versions, 0, 1)
	return nil
}

// inherit sets the members that a new version does not have to those of the
// previous one.
func (v *version) inherit(last version) {
	v.Number = last.Number
	v.Type = orDefault(v.Type, last.Type)
	v.Description, v.AllowedPattern = last.Description, last.AllowedPattern
	v.DataType = orDefault(v.DataType, last.DataType)
	v.Tier = orDefault(v.Tier, last.Tier)
	if v.Type == last.Type {
		v.KeyID = orDefault(v.KeyID, last.KeyID)
	}
}

// complete checks a version and sets its defaults.
func (v *version) complete() (err error) {
	if v.Tier, err = tierOf(v.Tier, len(v.Value)); err != nil {
		return err
	}
	v.DataType = orDefault(v.DataType, "text")
	if v.DataType != "text" {
		return invalid("%s", members.Unsupported("DataType "+v.DataType))
	}
	if err := checkPattern(v.AllowedPattern, v.Value); err != nil {
		return err
	}
	switch v.Type {
	case "SecureString":
		v.KeyID = orDefault(v.KeyID, "alias/aws/ssm")
	case "String", "StringList":
		if v.KeyID != "" {
			return invalid("KeyId is required for SecureString type parameter only.")
		}
	case "":
		return invalid("A parameter type is required when you create a parameter.")
	default:
		return wire.Errorf(400, "UnsupportedParameterType", "The parameter type %s is not supported.", v.Type)
	}
	return nil
}

func (s *Service) checkPut(in *putInput) error {
	if err := s.checkName(in.Name); err != nil {
		return err
	}
	switch {
	case in.Value == "":
		return invalid("1 validation error detected: Value '' at 'value' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 1.")
	case in.Overwrite && len(in.Tags) > 0:
		return invalid("Invalid request: tags and overwrite can't be used together. To create a parameter with " +
			"tags, please remove overwrite flag. To update tags for an existing parameter, please use " +
			"AddTagsToResource or RemoveTagsFromResource.")
	}
	return checkTags(in.Tags)
}

func checkPattern(pattern, value string) error {
	if pattern == "" {
		return nil
	}
	re, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		return wire.Errorf(400, "InvalidAllowedPatternException", "The regular expression is not valid: %s", pattern)
	}
	if !re.MatchString(value) {
		return wire.Errorf(400, "ParameterPatternMismatchException",
			"Parameter value, cannot be validated against allowedPattern: %s", pattern)
	}
	return nil
}

// tierOf returns the tier of a value of size bytes.
func tierOf(tier string, size int) (string, error) {
	switch tier {
	case "", "Standard":
		if size > maxStandard {
			return "", invalid("Standard tier parameters support a maximum parameter value of %d characters. "+
				"To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.", maxStandard)
		}
		return "Standard", nil
	case "Advanced", "Intelligent-Tiering":
		if size > maxAdvanced {
			return "", invalid("Advanced tier parameters support a maximum parameter value of %d characters.", maxAdvanced)
		}
		if tier == "Intelligent-Tiering" && size <= maxStandard {
			return "Standard", nil
		}
		return "Advanced", nil
	}
	return "", invalid("1 validation error detected: Value '%s' at 'tier' failed to satisfy constraint: "+
		"Member must satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]", tier)
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

package lambda

import (
	"cmp"
	"context"
	"regexp"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// alias is an alias as it is stored and as the API shows it.
type alias struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RoutingConfig   *routing `json:",omitempty"`
	RevisionId      string
}

type routing struct {
	AdditionalVersionWeights map[string]float64 `json:",omitempty"`
}

type aliasInput struct {
	Name            string
	FunctionVersion string
	Description     *string
	RoutingConfig   *routing
	RevisionId      string
}

const aliasPattern = `(?!^[0-9]+$)([a-zA-Z0-9-_]+)`

var aliasExpr = regexp.MustCompile(`^[a-zA-Z0-9-_]+$`)

func (s *Service) createAlias(_ context.Context, c *wire.Call, in *aliasInput) (*alias, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	var v apierror.Violations
	if !aliasExpr.MatchString(in.Name) || names.IsNumber(in.Name) {
		v.Add(in.Name, "name", "Member must satisfy regular expression pattern: "+aliasPattern)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := alias{AliasArn: s.names.ARN(names.Reference{Name: r.Name, Qualifier: in.Name}), Name: in.Name}
	err = s.update(func(tx *store.Tx) error {
		if _, ok, err := s.aliases.GetTx(tx, names.Reference{Name: r.Name, Qualifier: a.Name}.Key()); err != nil || ok {
			return cmp.Or[error](err, apierror.Conflict("Alias already exists: %s", a.AliasArn))
		}
		return s.putAliasTx(tx, r, &a, in)
	})
	return &a, err
}

func (s *Service) updateAlias(_ context.Context, c *wire.Call, in *aliasInput) (*alias, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	var a alias
	err = s.update(func(tx *store.Tx) error {
		if a, err = s.aliasTx(tx, r, c.Path["Name"]); err != nil {
			return err
		}
		if in.RevisionId != "" && in.RevisionId != a.RevisionId {
			return apierror.StaleRevision()
		}
		return s.putAliasTx(tx, r, &a, in)
	})
	return &a, err
}

// putAliasTx sets the members of an alias that in has, and stores it.
func (s *Service) putAliasTx(tx *store.Tx, r names.Reference, a *alias, in *aliasInput) error {
	a.FunctionVersion = cmp.Or(in.FunctionVersion, a.FunctionVersion)
	optional.Set(&a.Description, in.Description)
	if in.RoutingConfig != nil {
		a.RoutingConfig = in.RoutingConfig
		if len(in.RoutingConfig.AdditionalVersionWeights) == 0 {
			a.RoutingConfig = nil
		}
	}
	if err := s.checkAliasTx(tx, r, a); err != nil {
		return err
	}
	a.RevisionId = uuid.NewString()
	return s.aliases.PutTx(tx, names.Reference{Name: r.Name, Qualifier: a.Name}.Key(), *a)
}

func (s *Service) checkAliasTx(tx *store.Tx, r names.Reference, a *alias) error {
	if !names.IsVersion(a.FunctionVersion) {
		var v apierror.Violations
		v.Add(a.FunctionVersion, "functionVersion", `Member must satisfy regular expression pattern: (\$LATEST|[0-9]+)`)
		return v.Err()
	}
	if _, _, err := s.versionTx(tx, names.Reference{Name: r.Name, Qualifier: a.FunctionVersion}); err != nil {
		return err
	}
	if a.RoutingConfig == nil {
		return nil
	}
	if len(a.RoutingConfig.AdditionalVersionWeights) > 1 {
		return apierror.Invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
	}
	for number, weight := range a.RoutingConfig.AdditionalVersionWeights {
		switch {
		case number == a.FunctionVersion:
			return apierror.Invalid("Invalid function version %s. Function version %s is already included in routing configuration.", number, number)
		case number == names.Latest || a.FunctionVersion == names.Latest:
			return apierror.Invalid("$LATEST is not supported for an alias pointing to more than 1 version")
		case weight < 0 || weight > 1:
			return apierror.Invalid("Invalid weight %v for function version %s: it must be from 0 to 1", weight, number)
		}
		if _, _, err := s.versionTx(tx, names.Reference{Name: r.Name, Qualifier: number}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) aliasTx(tx *store.Tx, r names.Reference, name string) (alias, error) {
	if _, err := s.functionTx(tx, names.Reference{Name: r.Name}); err != nil {
		return alias{}, err
	}
	a, ok, err := s.aliases.GetTx(tx, names.Reference{Name: r.Name, Qualifier: name}.Key())
	if err == nil && !ok {
		err = apierror.NotFound("Cannot find alias arn: %s", s.names.ARN(names.Reference{Name: r.Name, Qualifier: name}))
	}
	return a, err
}

func (s *Service) getAlias(_ context.Context, c *wire.Call, _ *names.None) (*alias, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	var a alias
	err = s.env.Store.View(func(tx *store.Tx) error {
		a, err = s.aliasTx(tx, r, c.Path["Name"])
		return err
	})
	return &a, err
}

func (s *Service) deleteAlias(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	r.Qualifier = c.Path["Name"]
	return nil, s.update(func(tx *store.Tx) error {
		if _, err := s.functionTx(tx, names.Reference{Name: r.Name}); err != nil {
			return err
		}
		return cmp.Or(s.aliases.DeleteTx(tx, r.Key()), s.deleteQualifierTx(tx, r))
	})
}

type listAliasesOutput struct {
	Aliases    []alias
	NextMarker *string `json:",omitempty"`
}

func (s *Service) listAliases(_ context.Context, c *wire.Call, _ *names.None) (*listAliasesOutput, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	if _, ok, err := s.functions.Get(r.Name); err != nil || !ok {
		return nil, cmp.Or[error](err, apierror.NotFound("Function not found: %s", s.names.ARN(r)))
	}
	all, err := s.aliases.List(names.Prefix(r.Name))
	if err != nil {
		return nil, err
	}
	var chosen []alias
	for _, a := range all {
		if v := c.Query.Get("FunctionVersion"); v == "" || v == a.FunctionVersion {
			chosen = append(chosen, a)
		}
	}
	out := &listAliasesOutput{}
	out.Aliases, out.NextMarker, err = listing.Page(c, chosen, listing.MaxItems)
	return out, err
}

// aliasesOfTx returns the names of the aliases that point to a version.
func (s *Service) aliasesOfTx(tx *store.Tx, r names.Reference) (aliases []string, err error) {
	err = s.aliases.EachTx(tx, names.Prefix(r.Name), func(_ string, a alias) (bool, error) {
		_, weighed := routingOf(a)[r.Qualifier]
		if a.FunctionVersion == r.Qualifier || weighed {
			aliases = append(aliases, a.Name)
		}
		return true, nil
	})
	return aliases, err
}

func routingOf(a alias) map[string]float64 {
	if a.RoutingConfig == nil {
		return nil
	}
	return a.RoutingConfig.AdditionalVersionWeights
}

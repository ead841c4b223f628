package config

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/hcl/v2"

	"github.com/seastack/seastack/gen/diag"
)

// maxPrincipals is how many principals an environment's roles trust at most: a trust
// policy has 2048 characters, unless AWS raises the account's quota.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPrincipals = 10

// principalRE matches what a trust policy names: a user, a role or a whole account.
// There are no wildcards in it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
var principalRE = regexp.MustCompile(`^arn:aws(-[a-z]+)*:iam::[0-9]{12}:(root|(user|role)/[\w+=,.@/-]+)$`)

type developers struct {
	Principals []string  `hcl:"principals"`
	Range      hcl.Range `hcl:",def_range"`

	PrincipalsRange hcl.Range `hcl:"principals,attr_range"`
}

// principals returns the block's principals; nil for a block that is not there.
func (d *developers) principals() []string {
	if d == nil {
		return nil
	}
	return d.Principals
}

// HasDevelopers reports whether developers may assume the roles of functions in any
// environment.
func (c Config) HasDevelopers() bool {
	for _, e := range c.Environments {
		if len(e.Developers) > 0 {
			return true
		}
	}
	return false
}

// checkDevelopers returns what is wrong with who may run functions, and with what
// protects an environment.
func checkDevelopers(e environment) (l diag.List) {
	if e.Name == Local && e.Protected != nil {
		l = append(l, finding(diag.BadSetting, e.ProtectedRange, "the environment local cannot be protected", "remove protected"))
	}
	d := e.Developers
	if d == nil {
		return l
	}
	if e.Name == Local {
		return append(l, finding(diag.BadSetting, d.Range, "the environment local has no developers", "remove the block: seastack dev runs its functions"))
	}
	add := func(message, next string) {
		l = append(l, finding(diag.BadSetting, d.PrincipalsRange, message, next))
	}
	if n := len(d.Principals); n == 0 || n > maxPrincipals {
		add(fmt.Sprintf("%d principals are not from 1 to %d", n, maxPrincipals), "name a role that developers have in common")
	}
	for _, p := range d.Principals {
		if !principalRE.MatchString(p) {
			add(quote(p)+" is not the ARN of a role, a user or an account",
				`write one as in "arn:aws:iam::123456789012:role/developers"`)
		}
	}
	return l
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/local"
)

// tokenOptions are the flags of `token`.
type tokenOptions struct {
	subject  string
	audience string
	scopes   []string
	claims   []string
	expires  time.Duration
}

func (a *app) tokenCommand() *cobra.Command {
	var o tokenOptions
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a token for routes with auth=jwt of the environment local",
		Long: `token prints a token that the local cloud has signed: the issuer of the environment
local, unless seastack.hcl names another one. It has the claims that the flags name, and
iss, aud, sub, iat, exp and jti.`,
		Example: `  curl -H "Authorization: Bearer $(seastack token --scope notes:read)" "$(seastack status --api)/notes"
  seastack token --subject ada --claim admin=true --claim 'groups=["staff"]' --expires 5m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.token(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.subject, "subject", "local", "whom the token is of: sub")
	cmd.Flags().StringVar(&o.audience, "audience", "", "whom it is for: aud (default the project's name)")
	cmd.Flags().StringSliceVar(&o.scopes, "scope", nil, "a scope of it; can be repeated")
	cmd.Flags().StringArrayVar(&o.claims, "claim", nil,
		"another claim, NAME=VALUE: JSON, or else a text; can be repeated")
	cmd.Flags().DurationVar(&o.expires, "expires", time.Hour,
		"how long it is valid; a negative time makes one that has expired")
	return cmd
}

// issued is the JSON of `token`.
type issued struct {
	Token  string         `json:"token"`
	Issuer string         `json:"issuer"`
	Claims map[string]any `json:"claims"` // that were asked for
}

func (a *app) token(ctx context.Context, o tokenOptions) error {
	p, env, err := a.environment(config.Local)
	if err != nil {
		return err
	}
	if env.JWT != nil {
		return usage("the issuer of the environment local is "+env.JWT.Issuer+", which makes its tokens itself",
			"get a token from there, or remove the block jwt to have the local cloud as the issuer")
	}
	claims, err := o.asked(names.LocalAudience(p.Config.Project), time.Now())
	if err != nil {
		return err
	}
	e, err := local.Open(p)
	if err != nil {
		return err
	}
	done := issued{Issuer: e.Issuer(), Claims: claims}
	if done.Token, err = e.Token(ctx, claims); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(done)
	}
	_, err = fmt.Fprintln(a.stdout, done.Token)
	return err
}

// asked returns the claims that the flags name.
func (o tokenOptions) asked(audience string, now time.Time) (map[string]any, error) {
	claims := map[string]any{"sub": o.subject, "aud": audience, "exp": now.Add(o.expires).Unix()}
	if o.audience != "" {
		claims["aud"] = o.audience
	}
	if len(o.scopes) > 0 {
		claims["scope"] = strings.Join(o.scopes, " ")
	}
	for _, assignment := range o.claims {
		name, text, ok := strings.Cut(assignment, "=")
		if !ok || name == "" {
			return nil, usage(fmt.Sprintf("--claim %q is not NAME=VALUE", assignment),
				"write it as in: --claim admin=true")
		}
		if name == "iss" || name == "iat" || name == "jti" {
			return nil, usage("the issuer sets the claim "+name+" itself", "leave it out")
		}
		var value any = text
		if json.Valid([]byte(text)) {
			value = json.RawMessage(text)
		}
		claims[name] = value
	}
	return claims, nil
}

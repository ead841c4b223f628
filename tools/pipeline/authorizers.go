package pipeline

import (
	"context"
	"slices"

	"github.com/seastack/seastack/tools/deploy"
)

// KeepAuthorizers returns the plans with another one of the platform where that
// destroys authorizers: API Gateway refuses to as long as a route has them, and the
// routes are the stacks', which follow. The other plan does all else. Once the stacks
// are applied, FinishPlatform destroys what was kept; kept says that it has to.
func (d *Deployment) KeepAuthorizers(
	ctx context.Context, plans []deploy.Planned,
) (with []deploy.Planned, kept bool, err error) {
	i := slices.IndexFunc(plans, func(p deploy.Planned) bool {
		return p.Root.Name == Platform && p.Destroys("aws_apigatewayv2_authorizer")
	})
	if i < 0 {
		return plans, false, nil
	}
	var addresses []string
	for _, r := range plans[i].After {
		addresses = append(addresses, r.Address)
	}
	with = slices.Delete(slices.Clone(plans), i, i+1)
	if len(addresses) == 0 {
		return with, true, nil
	}
	o := plans[i].Options
	o.Targets = addresses
	part, err := d.Plan(ctx, []string{Platform}, o)
	if err != nil {
		return nil, false, err
	}
	if !part[0].Changes {
		return with, true, nil
	}
	return append(part, with...), true, nil
}

// FinishPlatform plans and applies the platform after the stacks, and returns its plan
// with what was done to it before.
func (d *Deployment) FinishPlatform(ctx context.Context, before []deploy.Planned) (deploy.Planned, error) {
	plans, err := d.Plan(ctx, []string{Platform}, deploy.PlanOptions{Lock: "60s"})
	if err != nil {
		return deploy.Planned{}, err
	}
	if err := d.ApplyPlans(ctx, plans); err != nil {
		return plans[0], err
	}
	for _, p := range before {
		if p.Root.Name == Platform {
			plans[0].Earlier = p.Summary
		}
	}
	return plans[0], nil
}

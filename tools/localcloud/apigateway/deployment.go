package apigateway

import (
	"context"
	"net/http"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// deployment is a deployment as it is stored and as answers show it.
type deployment struct {
	ID           string    `json:"deploymentId"`
	AutoDeployed bool      `json:"autoDeployed"`
	CreatedDate  time.Time `json:"createdDate"`
	Status       string    `json:"deploymentStatus"`
	Description  string    `json:"description,omitempty"`
}

// snapshot holds the parts of an API when it was deployed. A stage that does not
// deploy automatically serves a snapshot.
type snapshot struct {
	Routes       []route
	Integrations []integration
	Authorizers  []authorizer
}

func (s *Service) deploymentKind() kind[deployment] {
	return kind[deployment]{s, s.deployments, "Deployment", "deploymentId"}
}

func (s *Service) deploymentOperations() []wire.Operation {
	const all, one = "/apis/{apiId}/deployments", "/apis/{apiId}/deployments/{deploymentId}"
	k := s.deploymentKind()
	return []wire.Operation{
		s.operation("CreateDeployment", http.MethodPost, all, s.createDeployment),
		s.operation("GetDeployments", http.MethodGet, all, k.list),
		s.operation("GetDeployment", http.MethodGet, one, k.get),
		s.operation("UpdateDeployment", http.MethodPatch, one, s.updateDeployment),
		s.operation("DeleteDeployment", http.MethodDelete, one, s.deleteDeployment),
	}
}

func (s *Service) createDeployment(_ context.Context, c *wire.Call) (any, error) {
	var in struct{ Description, StageName string }
	if err := decode(c, &in); err != nil {
		return nil, err
	}
	var d deployment
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) (err error) {
		if d, err = s.deployTx(tx, a, false, in.Description); err != nil || in.StageName == "" {
			return err
		}
		st, err := s.stageKind().getTx(tx, a.ID, in.StageName)
		if err != nil {
			return err
		}
		if st.AutoDeploy {
			return errBad("Deployment id cannot be updated for a stage with autoDeploy enabled")
		}
		st.DeploymentID = d.ID
		return s.putStage(tx, a, &st)
	})
	return d, err
}

// deployTx stores a snapshot of the API.
func (s *Service) deployTx(tx *store.Tx, a api, auto bool, description string) (deployment, error) {
	d := deployment{
		ID: newID(6), AutoDeployed: auto, CreatedDate: s.env.Now().UTC().Truncate(time.Second),
		Status: "DEPLOYED", Description: description,
	}
	if !auto {
		parts, err := s.partsTx(tx, a.ID)
		if err != nil {
			return d, err
		}
		if len(parts.Routes) == 0 {
			return d, errBad("Unable to deploy API because no routes exist in this API")
		}
		if err := s.snapshots.PutTx(tx, a.ID+"/"+d.ID, parts); err != nil {
			return d, err
		}
	}
	return d, s.deployments.PutTx(tx, a.ID+"/"+d.ID, d)
}

// partsTx returns the current parts of an API.
func (s *Service) partsTx(tx *store.Tx, apiID string) (p snapshot, err error) {
	err = s.routes.EachTx(tx, apiID+"/", func(_ string, r route) (bool, error) {
		p.Routes = append(p.Routes, r)
		return true, nil
	})
	if err != nil {
		return p, err
	}
	err = s.integrations.EachTx(tx, apiID+"/", func(_ string, i integration) (bool, error) {
		p.Integrations = append(p.Integrations, i)
		return true, nil
	})
	if err != nil {
		return p, err
	}
	err = s.authorizers.EachTx(tx, apiID+"/", func(_ string, z authorizer) (bool, error) {
		p.Authorizers = append(p.Authorizers, z)
		return true, nil
	})
	return p, err
}

func (s *Service) updateDeployment(_ context.Context, c *wire.Call) (any, error) {
	var in struct{ Description *string }
	if err := decode(c, &in); err != nil {
		return nil, err
	}
	var d deployment
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) (err error) {
		if d, err = s.deploymentKind().getTx(tx, a.ID, c.Path["deploymentId"]); err != nil {
			return err
		}
		if in.Description != nil {
			d.Description = *in.Description
		}
		return s.deployments.PutTx(tx, a.ID+"/"+d.ID, d)
	})
	return d, err
}

func (s *Service) deleteDeployment(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.deploymentKind().remove(c, func(tx *store.Tx, d deployment) error {
		err := s.stages.EachTx(tx, c.Path["apiId"]+"/", func(_ string, st stage) (bool, error) {
			if st.DeploymentID == d.ID {
				return false, errBad("Active stages pointing to this deployment must be moved or deleted")
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		return s.snapshots.DeleteTx(tx, c.Path["apiId"]+"/"+d.ID)
	})
}

package apigateway

import (
	"context"
	"maps"
	"net/http"
	"regexp"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const defaultStage = "$default"

var stageName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// stage is a stage as it is stored and as answers show it.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
type stage struct {
	Name                        string                    `json:"stageName"`
	AutoDeploy                  bool                      `json:"autoDeploy"`
	DeploymentID                string                    `json:"deploymentId,omitempty"`
	Description                 string                    `json:"description,omitempty"`
	AccessLog                   *accessLog                `json:"accessLogSettings,omitempty"`
	DefaultRouteSettings        routeSettings             `json:"defaultRouteSettings"`
	RouteSettings               map[string]*routeSettings `json:"routeSettings"`
	Variables                   map[string]string         `json:"stageVariables"`
	CreatedDate                 time.Time                 `json:"createdDate"`
	LastUpdatedDate             time.Time                 `json:"lastUpdatedDate"`
	LastDeploymentStatusMessage string                    `json:"lastDeploymentStatusMessage,omitempty"`
	Tags                        map[string]string         `json:"tags"`
}

// accessLog holds the log group and the format of a stage's access log.
type accessLog struct {
	DestinationARN string `json:"destinationArn,omitempty"`
	Format         string `json:"format,omitempty"`
}

// routeSettings are kept and shown; the local cloud does not throttle.
type routeSettings struct {
	DetailedMetricsEnabled bool     `json:"detailedMetricsEnabled"`
	ThrottlingBurstLimit   *int     `json:"throttlingBurstLimit,omitempty"`
	ThrottlingRateLimit    *float64 `json:"throttlingRateLimit,omitempty"`
}

func (s *Service) stageKind() kind[stage] { return kind[stage]{s, s.stages, "stage", "stageName"} }

func (s *Service) stageOperations() []wire.Operation {
	const all, one = "/apis/{apiId}/stages", "/apis/{apiId}/stages/{stageName}"
	k := s.stageKind()
	return []wire.Operation{
		s.operation("CreateStage", http.MethodPost, all, s.createStage),
		s.operation("GetStages", http.MethodGet, all, k.list),
		s.operation("GetStage", http.MethodGet, one, k.get),
		s.operation("UpdateStage", http.MethodPatch, one, s.updateStage),
		s.operation("DeleteStage", http.MethodDelete, one, func(_ context.Context, c *wire.Call) (any, error) {
			return nil, k.remove(c, nil)
		}),
		s.operation("DeleteRouteSettings", http.MethodDelete, one+"/routesettings/{routeKey}", s.deleteRouteSettings),
		s.operation("DeleteAccessLogSettings", http.MethodDelete, one+"/accesslogsettings", s.deleteAccessLog),
	}
}

func (s *Service) createStage(_ context.Context, c *wire.Call) (any, error) {
	st := stage{RouteSettings: map[string]*routeSettings{}, Variables: map[string]string{}, Tags: map[string]string{}}
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		if err := decode(c, &st); err != nil {
			return err
		}
		st.CreatedDate = s.env.Now().UTC().Truncate(time.Second)
		_, exists, err := s.stages.GetTx(tx, a.ID+"/"+st.Name)
		switch {
		case err != nil:
			return err
		case exists:
			return errConflict("Stage already exists")
		case st.Name != defaultStage && !stageName.MatchString(st.Name):
			return errBad("Stage name only allows a-zA-Z0-9_- and must be at most 128 characters long, or be $default")
		}
		if err := checkTags(st.Tags); err != nil {
			return err
		}
		return s.putStage(tx, a, &st)
	})
	return st, err
}

// putStage checks and stores a stage. A stage that deploys automatically gets its
// own deployment.
func (s *Service) putStage(tx *store.Tx, a api, st *stage) error {
	if l := st.AccessLog; l != nil && *l == (accessLog{}) {
		st.AccessLog = nil
	}
	if l := st.AccessLog; l != nil && (l.DestinationARN == "" || l.Format == "") {
		return errBad("Access log settings need a destination ARN and a format")
	}
	maps.DeleteFunc(st.Variables, func(_, v string) bool { return v == "" })
	st.LastUpdatedDate = s.env.Now().UTC().Truncate(time.Second)
	_, exists, err := s.deployments.GetTx(tx, a.ID+"/"+st.DeploymentID)
	switch {
	case err != nil:
		return err
	case st.AutoDeploy && !exists:
		d, err := s.deployTx(tx, a, true, "Automatic deployment triggered by changes to the Api configuration")
		if err != nil {
			return err
		}
		st.DeploymentID = d.ID
		st.LastDeploymentStatusMessage = "Successfully deployed stage with deployment ID '" + d.ID + "'"
	case st.DeploymentID != "" && !exists:
		return errNotFound("Deployment", st.DeploymentID)
	}
	return s.stages.PutTx(tx, a.ID+"/"+st.Name, *st)
}

func (s *Service) updateStage(_ context.Context, c *wire.Call) (any, error) {
	return s.editStage(c, func(st *stage) error {
		old := *st
		st.AccessLog, st.DefaultRouteSettings, st.Tags = nil, routeSettings{}, nil
		var given struct{ AccessLogSettings, DefaultRouteSettings *struct{} }
		if err := decode(c, &given); err != nil {
			return err
		}
		if err := decode(c, st); err != nil {
			return err
		}
		if given.AccessLogSettings == nil {
			st.AccessLog = old.AccessLog
		}
		if given.DefaultRouteSettings == nil {
			st.DefaultRouteSettings = old.DefaultRouteSettings
		}
		st.Name, st.CreatedDate, st.Tags = old.Name, old.CreatedDate, old.Tags
		return nil
	})
}

func (s *Service) deleteRouteSettings(_ context.Context, c *wire.Call) (any, error) {
	_, err := s.editStage(c, func(st *stage) error {
		if st.RouteSettings[c.Path["routeKey"]] == nil {
			return errNotFound("RouteSettings", c.Path["routeKey"])
		}
		delete(st.RouteSettings, c.Path["routeKey"])
		return nil
	})
	return nil, err
}

func (s *Service) deleteAccessLog(_ context.Context, c *wire.Call) (any, error) {
	_, err := s.editStage(c, func(st *stage) error { st.AccessLog = nil; return nil })
	return nil, err
}

func (s *Service) editStage(c *wire.Call, edit func(*stage) error) (any, error) {
	var st stage
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) (err error) {
		if st, err = s.stageKind().getTx(tx, a.ID, c.Path["stageName"]); err != nil {
			return err
		}
		if err := edit(&st); err != nil {
			return err
		}
		return s.putStage(tx, a, &st)
	})
	return st, err
}

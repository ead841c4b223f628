package apigateway

// Summary describes an API.
type Summary struct {
	ID, Name, Endpoint string
	Routes             []RouteSummary // by ID
}

// RouteSummary describes a route.
type RouteSummary struct {
	Key      string // "GET /interviews/{id}"
	Auth     string // "NONE", "JWT", "CUSTOM"
	Function string // ARN that its integration invokes; empty: none
}

// Summaries returns all APIs with their routes, by ID.
func (s *Service) Summaries() (all []Summary, err error) {
	apis, err := s.apis.List("")
	if err != nil {
		return nil, err
	}
	for _, a := range apis {
		one := Summary{ID: a.ID, Name: a.Name, Endpoint: s.endpoint(a.ID)}
		integrations, err := s.integrations.List(a.ID + "/")
		if err != nil {
			return nil, err
		}
		functions := map[string]string{}
		for _, i := range integrations {
			functions[i.ID] = i.function()
		}
		routes, err := s.routes.List(a.ID + "/")
		if err != nil {
			return nil, err
		}
		for _, r := range routes {
			one.Routes = append(one.Routes, RouteSummary{Key: r.Key, Auth: r.AuthorizationType, Function: functions[r.integrationID()]})
		}
		all = append(all, one)
	}
	return all, nil
}

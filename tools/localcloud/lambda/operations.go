package lambda

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Definition describes Lambda to the local cloud. Invoke stands first: it is
// the one operation whose speed matters, and operations are tried in order.
func (s *Service) Definition() wire.Service {
	ops := []wire.Operation{{
		Name: "Invoke", Method: "POST", Path: "/2015-03-31/functions/{FunctionName}/invocations",
		Action: "InvokeFunction", Resource: s.functionResource, Handle: s.serveInvoke,
	}, {
		Name: "InvokeAsync", Method: "POST", Path: "/2014-11-13/functions/{FunctionName}/invoke-async", Status: 202,
		Action: "InvokeFunction", Resource: s.functionResource, Handle: s.serveInvokeAsync,
	}}
	for _, more := range [][]wire.Operation{
		s.functionOperations(), s.versionOperations(), s.policyOperations(),
		s.eventOperations(), s.settingOperations(),
	} {
		ops = append(ops, more...)
	}
	ops = members.Guard(ops, inputs, func(member string) error { return invalid("%s", members.Unsupported(member)) })
	return wire.Service{Name: "lambda", Protocol: wire.RESTJSON, Operations: ops}
}

// operation makes an operation on the function that its path names, if it names one.
func operation[In, Out any](s *Service, name, method, path string, status int,
	f func(context.Context, *wire.Call, *In) (*Out, error),
) wire.Operation {
	return wire.Operation{
		Name: name, Method: method, Path: path, Status: status, Handle: wire.Typed(f),
		Resource: func(c *wire.Call) string {
			if c.Path["FunctionName"] == "" {
				return "*"
			}
			return s.functionResource(c)
		},
	}
}

const functionPath = "/2015-03-31/functions/{FunctionName}"

func (s *Service) functionOperations() []wire.Operation {
	return []wire.Operation{
		passing(operation(s, "CreateFunction", "POST", "/2015-03-31/functions", 201, s.createFunction)),
		operation(s, "GetFunction", "GET", functionPath, 200, s.getFunction),
		operation(s, "GetFunctionConfiguration", "GET", functionPath+"/configuration", 200, s.getFunctionConfiguration),
		operation(s, "UpdateFunctionCode", "PUT", functionPath+"/code", 200, s.updateFunctionCode),
		passing(operation(s, "UpdateFunctionConfiguration", "PUT", functionPath+"/configuration", 200, s.updateFunctionConfiguration)),
		operation(s, "DeleteFunction", "DELETE", functionPath, 204, s.deleteFunction),
		operation(s, "ListFunctions", "GET", "/2015-03-31/functions", 200, s.listFunctions),
		tagOperation(s, "ListTags", "GET", 200, s.listTags),
		tagOperation(s, "TagResource", "POST", 204, s.tagResource),
		tagOperation(s, "UntagResource", "DELETE", 204, s.untagResource),
	}
}

// passing is for operations that give a function its role.
func passing(op wire.Operation) wire.Operation {
	op.Passes = func(c *wire.Call) string { return wire.Peek[struct{ Role string }](c).Role }
	return op
}

func tagOperation[In, Out any](s *Service, name, method string, status int,
	f func(context.Context, *wire.Call, *In) (*Out, error),
) wire.Operation {
	op := operation(s, name, method, "/2017-03-31/tags/{Resource}", status, f)
	op.Resource = func(c *wire.Call) string { return c.Path["Resource"] }
	return op
}

func (s *Service) versionOperations() []wire.Operation {
	return []wire.Operation{
		operation(s, "PublishVersion", "POST", functionPath+"/versions", 201, s.publishVersion),
		operation(s, "ListVersionsByFunction", "GET", functionPath+"/versions", 200, s.listVersions),
		operation(s, "CreateAlias", "POST", functionPath+"/aliases", 201, s.createAlias),
		operation(s, "ListAliases", "GET", functionPath+"/aliases", 200, s.listAliases),
		operation(s, "GetAlias", "GET", functionPath+"/aliases/{Name}", 200, s.getAlias),
		operation(s, "UpdateAlias", "PUT", functionPath+"/aliases/{Name}", 200, s.updateAlias),
		operation(s, "DeleteAlias", "DELETE", functionPath+"/aliases/{Name}", 204, s.deleteAlias),
	}
}

func (s *Service) policyOperations() []wire.Operation {
	return []wire.Operation{
		operation(s, "AddPermission", "POST", functionPath+"/policy", 201, s.addPermission),
		operation(s, "GetPolicy", "GET", functionPath+"/policy", 200, s.getPolicy),
		operation(s, "RemovePermission", "DELETE", functionPath+"/policy/{StatementId}", 204, s.removePermission),
		operation(s, "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency", 200, s.putConcurrency),
		operation(s, "DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", 204, s.deleteConcurrency),
		operation(s, "GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency", 200, s.getConcurrency),
		operation(s, "GetAccountSettings", "GET", "/2016-08-19/account-settings", 200, s.getAccountSettings),
	}
}

const (
	eventConfigPath = "/2019-09-25/functions/{FunctionName}/event-invoke-config"
	mappingsPath    = "/2015-03-31/event-source-mappings"
)

func (s *Service) eventOperations() []wire.Operation {
	return []wire.Operation{
		operation(s, "PutFunctionEventInvokeConfig", "PUT", eventConfigPath, 200, s.putEventConfig),
		operation(s, "UpdateFunctionEventInvokeConfig", "POST", eventConfigPath, 200, s.updateEventConfig),
		operation(s, "GetFunctionEventInvokeConfig", "GET", eventConfigPath, 200, s.getEventConfig),
		operation(s, "DeleteFunctionEventInvokeConfig", "DELETE", eventConfigPath, 204, s.deleteEventConfig),
		operation(s, "ListFunctionEventInvokeConfigs", "GET", eventConfigPath+"/list", 200, s.listEventConfigs),
		operation(s, "CreateEventSourceMapping", "POST", mappingsPath, 202, s.createMapping),
		operation(s, "ListEventSourceMappings", "GET", mappingsPath, 200, s.listMappings),
		s.mappingOperation(operation(s, "GetEventSourceMapping", "GET", mappingsPath+"/{UUID}", 200, s.getMapping)),
		s.mappingOperation(operation(s, "UpdateEventSourceMapping", "PUT", mappingsPath+"/{UUID}", 202, s.updateMapping)),
		s.mappingOperation(operation(s, "DeleteEventSourceMapping", "DELETE", mappingsPath+"/{UUID}", 202, s.deleteMapping)),
	}
}

func (s *Service) mappingOperation(op wire.Operation) wire.Operation {
	op.Resource = func(c *wire.Call) string { return s.mappingARN(c.Path["UUID"]) }
	return op
}

const provisionedPath = "/2019-09-30/functions/{FunctionName}/provisioned-concurrency"

func (s *Service) settingOperations() []wire.Operation {
	return []wire.Operation{
		{
			Name: "GetProvisionedConcurrencyConfig", Method: "GET", Path: provisionedPath, // and List..., by its query
			Resource: s.functionResource, Handle: s.getProvisioned,
		},
		operation(s, "PutProvisionedConcurrencyConfig", "PUT", provisionedPath, 202, s.putProvisioned),
		operation(s, "DeleteProvisionedConcurrencyConfig", "DELETE", provisionedPath, 204, s.deleteProvisioned),
		operation(s, "GetFunctionCodeSigningConfig", "GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", 200, s.getCodeSigning),
		operation(s, "GetRuntimeManagementConfig", "GET", "/2021-07-20/functions/{FunctionName}/runtime-management-config", 200, s.getRuntimeManagement),
		operation(s, "PutRuntimeManagementConfig", "PUT", "/2021-07-20/functions/{FunctionName}/runtime-management-config", 200, s.putRuntimeManagement),
		operation(s, "GetFunctionRecursionConfig", "GET", "/2024-08-31/functions/{FunctionName}/recursion-config", 200, s.getRecursion),
		operation(s, "PutFunctionRecursionConfig", "PUT", "/2024-08-31/functions/{FunctionName}/recursion-config", 200, s.putRecursion),
		operation(s, "GetFunctionUrlConfig", "GET", "/2021-10-31/functions/{FunctionName}/url", 200, s.missingURL),
		operation(s, "DeleteFunctionUrlConfig", "DELETE", "/2021-10-31/functions/{FunctionName}/url", 204, s.missingURL),
		operation(s, "ListFunctionUrlConfigs", "GET", "/2021-10-31/functions/{FunctionName}/urls", 200, s.listURLs),
	}
}

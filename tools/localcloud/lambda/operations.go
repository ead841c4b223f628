package lambda

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Definition describes Lambda to the local cloud. Invoke is the first: its speed
// matters most, and operations are tried in order.
func (s *Service) Definition() wire.Service {
	ops := []wire.Operation{{
		Name: "Invoke", Method: "POST", Path: "/2015-03-31/functions/{FunctionName}/invocations",
		Action: "InvokeFunction", Resource: s.names.Resource, Handle: s.serveInvoke,
	}, {
		Name: "InvokeAsync", Method: "POST", Path: "/2014-11-13/functions/{FunctionName}/invoke-async", Status: 202,
		Action: "InvokeFunction", Resource: s.names.Resource, Handle: s.serveInvokeAsync,
	}, {
		Name: "InvokeWithResponseStream", Method: "POST", Path: "/2021-11-15/functions/{FunctionName}/response-streaming-invocations",
		Action: "InvokeFunction", Resource: s.names.Resource, Handle: s.serveInvokeStream,
	}}
	for _, more := range [][]wire.Operation{
		s.functionOperations(), s.versionOperations(), s.policies.Operations(), s.concurrencyOperations(),
		s.events.Operations(), s.mappings.Operations(), s.provisioned.Operations(), s.urls.Operations(), s.unsupportedOperations(),
	} {
		ops = append(ops, more...)
	}
	ops = members.Guard(ops, inputs, func(member string) error { return apierror.Invalid("%s", members.Unsupported(member)) })
	return wire.Service{Name: "lambda", Protocol: wire.RESTJSON, Operations: ops}
}

func (s *Service) functionOperations() []wire.Operation {
	return []wire.Operation{
		passing(names.Operation(s.names, "CreateFunction", "POST", "/2015-03-31/functions", 201, s.createFunction)),
		names.Operation(s.names, "GetFunction", "GET", names.FunctionPath, 200, s.getFunction),
		names.Operation(s.names, "GetFunctionConfiguration", "GET", names.FunctionPath+"/configuration", 200, s.getFunctionConfiguration),
		names.Operation(s.names, "UpdateFunctionCode", "PUT", names.FunctionPath+"/code", 200, s.updateFunctionCode),
		passing(names.Operation(s.names, "UpdateFunctionConfiguration", "PUT", names.FunctionPath+"/configuration", 200, s.updateFunctionConfiguration)),
		names.Operation(s.names, "DeleteFunction", "DELETE", names.FunctionPath, 204, s.deleteFunction),
		names.Operation(s.names, "ListFunctions", "GET", "/2015-03-31/functions", 200, s.listFunctions),
		tagOperation(s, "ListTags", "GET", 200, s.listTags),
		tagOperation(s, "TagResource", "POST", 204, s.tagResource),
		tagOperation(s, "UntagResource", "DELETE", 204, s.untagResource),
	}
}

// passing returns op with the role that it passes to the function.
func passing(op wire.Operation) wire.Operation {
	op.Passes = func(c *wire.Call) string { return wire.Peek[struct{ Role string }](c).Role }
	return op
}

func tagOperation[In, Out any](s *Service, name, method string, status int,
	f func(context.Context, *wire.Call, *In) (*Out, error),
) wire.Operation {
	op := names.Operation(s.names, name, method, "/2017-03-31/tags/{Resource}", status, f)
	op.Resource = func(c *wire.Call) string { return c.Path["Resource"] }
	return op
}

func (s *Service) versionOperations() []wire.Operation {
	return []wire.Operation{
		names.Operation(s.names, "PublishVersion", "POST", names.FunctionPath+"/versions", 201, s.publishVersion),
		names.Operation(s.names, "ListVersionsByFunction", "GET", names.FunctionPath+"/versions", 200, s.listVersions),
		names.Operation(s.names, "CreateAlias", "POST", names.FunctionPath+"/aliases", 201, s.createAlias),
		names.Operation(s.names, "ListAliases", "GET", names.FunctionPath+"/aliases", 200, s.listAliases),
		names.Operation(s.names, "GetAlias", "GET", names.FunctionPath+"/aliases/{Name}", 200, s.getAlias),
		names.Operation(s.names, "UpdateAlias", "PUT", names.FunctionPath+"/aliases/{Name}", 200, s.updateAlias),
		names.Operation(s.names, "DeleteAlias", "DELETE", names.FunctionPath+"/aliases/{Name}", 204, s.deleteAlias),
	}
}

func (s *Service) concurrencyOperations() []wire.Operation {
	return []wire.Operation{
		names.Operation(s.names, "PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency", 200, s.putConcurrency),
		names.Operation(s.names, "DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", 204, s.deleteConcurrency),
		names.Operation(s.names, "GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency", 200, s.getConcurrency),
		names.Operation(s.names, "GetAccountSettings", "GET", "/2016-08-19/account-settings", 200, s.getAccountSettings),
	}
}

func (s *Service) unsupportedOperations() []wire.Operation {
	return []wire.Operation{
		names.Operation(s.names, "GetFunctionCodeSigningConfig", "GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", 200, s.getCodeSigning),
		names.Operation(s.names, "GetRuntimeManagementConfig", "GET", "/2021-07-20/functions/{FunctionName}/runtime-management-config", 200, s.getRuntimeManagement),
		names.Operation(s.names, "PutRuntimeManagementConfig", "PUT", "/2021-07-20/functions/{FunctionName}/runtime-management-config", 200, s.putRuntimeManagement),
		names.Operation(s.names, "GetFunctionRecursionConfig", "GET", "/2024-08-31/functions/{FunctionName}/recursion-config", 200, s.getRecursion),
		names.Operation(s.names, "PutFunctionRecursionConfig", "PUT", "/2024-08-31/functions/{FunctionName}/recursion-config", 200, s.putRecursion),
	}
}

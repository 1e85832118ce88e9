using System.Reflection;
using BoDi;
using Harness.Steps;
using TechTalk.SpecFlow;
using TechTalk.SpecFlow.Bindings;
using TechTalk.SpecFlow.Configuration;
using TechTalk.SpecFlow.Infrastructure;
using TechTalk.SpecFlow.Tracing;

namespace Harness.Cli.Features;

/// <summary>SpecFlow's runtime over the bindings of Harness.Steps, without its console chatter.</summary>
internal static class SpecFlowHost
{
    private static readonly Assembly Bindings = typeof(RunEnvironment).Assembly;
    private static readonly QuietContainers Containers = new();

    /// <summary>A runner whose bindings are discovered and whose run has started.</summary>
    public static ITestRunner Start()
    {
        TestRunnerManager.OnTestRunStart(Bindings, Containers);
        return TestRunnerManager.GetTestRunner(Bindings, null, Containers);
    }

    /// <summary>Ends the run; its hooks run.</summary>
    public static void End() => TestRunnerManager.OnTestRunEnd(Bindings, Containers);

    /// <summary>Every step definition of the vocabulary.</summary>
    public static IReadOnlyList<IStepDefinitionBinding> Vocabulary()
    {
        var runner = TestRunnerManager.GetTestRunner(Bindings, null, Containers);
        _ = runner.ThreadId;
        var registry = Containers.Global!.Resolve<IBindingRegistry>();
        return [.. registry.GetStepDefinitions()];
    }

    private sealed class QuietContainers : ContainerBuilder
    {
        public IObjectContainer? Global { get; private set; }

        public override IObjectContainer CreateGlobalContainer(Assembly testAssembly, IRuntimeConfigurationProvider? configurationProvider = null)
        {
            var container = base.CreateGlobalContainer(testAssembly, configurationProvider);
            container.RegisterTypeAs<NullListener, ITraceListener>();
            Global = container;
            return container;
        }
    }
}

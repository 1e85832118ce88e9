using System.Reflection;
using BoDi;
using Harness.Steps;
using TechTalk.SpecFlow;
using TechTalk.SpecFlow.Bindings;
using TechTalk.SpecFlow.Configuration;
using TechTalk.SpecFlow.Infrastructure;
using TechTalk.SpecFlow.Plugins;
using TechTalk.SpecFlow.Tracing;
using TechTalk.SpecFlow.UnitTestProvider;

namespace Harness.Cli.Features;

/// <summary>SpecFlow's runtime with the bindings of Harness.Steps, without its console output.</summary>
internal static class SpecFlowHost
{
    private static readonly Assembly Bindings = typeof(RunEnvironment).Assembly;
    private static readonly QuietContainers Containers = new();

    /// <summary>Starts a test run and returns a runner with its bindings discovered.</summary>
    public static ITestRunner Start()
    {
        TestRunnerManager.OnTestRunStart(Bindings, Containers);
        return TestRunnerManager.GetTestRunner(Bindings, null, Containers);
    }

    /// <summary>Ends the test run and runs its hooks.</summary>
    public static void End() => TestRunnerManager.OnTestRunEnd(Bindings, Containers);

    /// <summary>Gets every step definition.</summary>
    public static IReadOnlyList<IStepDefinitionBinding> Vocabulary()
    {
        var runner = TestRunnerManager.GetTestRunner(Bindings, null, Containers);
        _ = runner.ThreadId;
        var registry = Containers.Global!.Resolve<IBindingRegistry>();
        return [.. registry.GetStepDefinitions()];
    }

    private sealed class QuietContainers() : ContainerBuilder(new WithoutPlugins())
    {
        public IObjectContainer? Global { get; private set; }

        public override IObjectContainer CreateGlobalContainer(Assembly testAssembly, IRuntimeConfigurationProvider? configurationProvider = null)
        {
            Global = base.CreateGlobalContainer(testAssembly, configurationProvider);
            return Global;
        }
    }

    // SpecFlow looks for plugins beside the program; the harness has none, and the loader would need one more package.
    private sealed class WithoutPlugins : DefaultDependencyProvider
    {
        public override void RegisterGlobalContainerDefaults(ObjectContainer container)
        {
            base.RegisterGlobalContainerDefaults(container);
            container.RegisterTypeAs<NoPlugins, IRuntimePluginLoader>();
            container.RegisterTypeAs<NullListener, ITraceListener>();
            container.RegisterTypeAs<NoUnitTestFramework, IUnitTestRuntimeProvider>("nunit"); // SpecFlow's default name
        }
    }

    private sealed class NoPlugins : IRuntimePluginLoader
    {
        public IRuntimePlugin? LoadPlugin(string pluginAssemblyName, ITraceListener traceListener, bool traceMissingPluginAttribute) => null;
    }

    // A unit test framework signals outcomes by its own exceptions; here the runner decides from the scenario's status.
    private sealed class NoUnitTestFramework : IUnitTestRuntimeProvider
    {
        public bool DelayedFixtureTearDown => false;

        public void TestPending(string message) => throw new InvalidOperationException(message);

        public void TestInconclusive(string message) => throw new InvalidOperationException(message);

        public void TestIgnore(string message) => throw new InvalidOperationException(message);
    }
}

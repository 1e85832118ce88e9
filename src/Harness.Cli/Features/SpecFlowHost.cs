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

    private sealed class QuietContainers() : ContainerBuilder(new WithoutPlugins())
    {
        public IObjectContainer? Global { get; private set; }

        public override IObjectContainer CreateGlobalContainer(Assembly testAssembly, IRuntimeConfigurationProvider? configurationProvider = null)
        {
            Global = base.CreateGlobalContainer(testAssembly, configurationProvider);
            return Global;
        }
    }

    // Plugins are looked for beside the program and need a package that not every registry has; the harness has none.
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

    // What a unit test framework does by throwing its own exceptions, the runner decides from the scenario's status.
    private sealed class NoUnitTestFramework : IUnitTestRuntimeProvider
    {
        public bool DelayedFixtureTearDown => false;

        public void TestPending(string message) => throw new InvalidOperationException(message);

        public void TestInconclusive(string message) => throw new InvalidOperationException(message);

        public void TestIgnore(string message) => throw new InvalidOperationException(message);
    }
}

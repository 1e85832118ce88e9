using BoDi;
using TechTalk.SpecFlow.Bindings.Discovery;
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
    private static readonly List<Plugin> Plugins = [];

    /// <summary>Adds the step classes of plugins to the vocabulary.</summary>
    /// <exception cref="PluginException">A step of one has the pattern of another step.</exception>
    public static void Include(IReadOnlyList<Plugin> plugins)
    {
        var added = plugins.Except(Plugins).ToList();
        if (added.Count == 0)
        {
            return;
        }

        Plugins.AddRange(added);
        if (Containers.Global is { } read) // the vocabulary was read already
        {
            var builder = read.Resolve<IRuntimeBindingRegistryBuilder>();
            added.ForEach(plugin => builder.BuildBindingsFromAssembly(plugin.Assembly));
            builder.BuildingCompleted();
        }

        foreach (var same in Vocabulary().Where(b => b.Regex is not null).GroupBy(b => (b.StepDefinitionType, $"{b.Regex}")).Where(g => g.Count() > 1))
        {
            if (same.Select(PluginOf).OfType<Plugin>().LastOrDefault() is { } plugin)
            {
                throw new PluginException(
                    plugin.Assembly.Location, $"the step \"{same.Key.StepDefinitionType} {StepSentence.Of(same.First().Regex)}\" is defined by "
                    + $"{string.Join(" and ", same.Select(b => $"{b.Method.Type.FullName}.{b.Method.Name}"))}; one of them must take another sentence", PluginFile.Build(plugin.Assembly.Location));
            }
        }
    }

    /// <summary>The plugin whose step a sentence is; null where it is the harness's own.</summary>
    /// <param name="kind">Given, When or Then.</param>
    /// <param name="text">The sentence, without its keyword.</param>
    public static Plugin? PluginOf(StepDefinitionType kind, string text) => Plugins.Count == 0
        ? null
        : Vocabulary().Where(b => b.StepDefinitionType == kind && b.Regex?.IsMatch(text) == true).Select(PluginOf).FirstOrDefault(p => p is not null);

    private static Plugin? PluginOf(IStepDefinitionBinding binding) => Plugins.Find(p => p.Assembly.GetName().Name == binding.Method.Type.AssemblyName.Split(',')[0]);

    /// <summary>Starts a test run and returns a runner with its bindings discovered.</summary>
    public static ITestRunner Start()
    {
        TestRunnerManager.OnTestRunStart(Bindings, Containers);
        return TestRunnerManager.GetTestRunner(Bindings, null, Containers);
    }

    /// <summary>Gets one more runner of a test run that was started, for scenarios beside others.</summary>
    /// <param name="lane">1 for the first beside the one that <see cref="Start"/> returned.</param>
    public static ITestRunner Runner(int lane) => TestRunnerManager.GetTestRunner(Bindings, -lane, Containers); // threads have positive numbers

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
            Global.Resolve<SpecFlowConfiguration>().AdditionalStepAssemblies.AddRange(Plugins.Select(p => p.Used.Name));
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
            container.RegisterTypeAs<LoadedPlugins, IBindingAssemblyLoader>();
            container.RegisterTypeAs<NoUnitTestFramework, IUnitTestRuntimeProvider>("nunit"); // SpecFlow's default name
        }
    }

    private sealed class NoPlugins : IRuntimePluginLoader
    {
        public IRuntimePlugin? LoadPlugin(string pluginAssemblyName, ITraceListener traceListener, bool traceMissingPluginAttribute) => null;
    }

    // Plugins are loaded already, each in a context of its own; by its name SpecFlow would look beside the program.
    private sealed class LoadedPlugins : IBindingAssemblyLoader
    {
        public Assembly Load(string assemblyName) => Plugins.Find(p => p.Used.Name == assemblyName)?.Assembly ?? Assembly.Load(assemblyName);
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

namespace Harness.Cli.Tests;

/// <content>The packages that it installs, and those that a build needs.</content>
public sealed partial class LauncherTests
{
    [TestCase("", "no package source has NUnit, YamlDotNet in the version that Directory.Packages.props names", Description = "no such package")]
    [TestCase("YamlDotNet NUnit", "no package source has NUnit, YamlDotNet in the version that Directory.Packages.props names", Description = "another version only", Category = "Long")]
    [TestCase(null, "a package source gave no answer", Description = "no such source", Category = "Long")]
    public async Task A_package_that_does_not_restore_ends_the_build_and_is_named_with_the_next_command(string? served, string says)
    {
        foreach (var file in Directory.EnumerateFiles(ProductPaths.Root, "Directory.*.props"))
        {
            File.Copy(file, _work[$"check out/{Path.GetFileName(file)}"], overwrite: true);
        }

        _work.Write("check out/src/Harness.Cli/Harness.Cli.csproj",
            """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="YamlDotNet" /><PackageReference Include="NUnit" /></ItemGroup></Project>""");
        _work.Write("check out/nuget.config", """
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="own" value="feed" /></packageSources>
            </configuration>
            """);
        foreach (var package in served is null ? [] : served.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            WritePackage(package, "99.0.0");
        }

        if (served is not null)
        {
            Directory.CreateDirectory(_work["check out/feed"]);
        }

        var ended = await TypeAsync("check out", "REAL_BUILD=1 ./harness --version");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain($"harness: {says}\nharness: next: dotnet nuget list source\n").And.Contain("error NU1"));
        Assert.That(ended.Stdout, Is.Empty);
    }

    [TestCase("run", "all", "qemu-system-arm")]
    [TestCase("run --rig rigs/posix.yaml", "host", "gcc")]
    [TestCase("run --rig=rigs/posix.yaml", "host", "gcc")]
    [TestCase("publish --rid linux-arm64", "all", "gcc-avr")]
    public async Task Missing_packages_are_installed_and_the_firmware_is_made_for_the_rig(string command, string target, string package)
    {
        var ended = await TypeAsync("check out", $"MISSING=1 ./harness {command} --filter none");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(Calls("program"), Is.EqualTo(new[] { $"{command} --filter none" }), "it is started once all is there");
        Assert.That(Calls("make"), Is.EqualTo(new[] { $"-C {_work["check out/rigs/firmware"]} -j2 {target}" }));
        Assert.That(Calls("apt-get"), Has.Length.EqualTo(2));
        Assert.That(Calls("apt-get")[1], Does.StartWith("install -y --no-install-recommends").And.Contain(package));
        Assert.That(Calls("apt-get")[1].Contains("qemu", StringComparison.Ordinal), Is.EqualTo(target == "all"));
        Assert.That(ended.Stdout, Is.Empty);
    }

    [Test]
    public async Task Costs_of_the_schemes_link_the_images_that_tell_them_where_they_are_old()
    {
        await TypeAsync("check out", "./harness claims --costs --attack none");
        Assert.That(Calls("make"), Is.EqualTo(new[] { "all", "footprints" }.Select(target => $"-C {_work["check out/rigs/firmware"]} -j2 {target}")));
        await TypeAsync("check out", "FIRMWARE_IS_OLD=0 ./harness claims --costs --attack none");
        await TypeAsync("check out", "./harness claims --attack none");
        Assert.That(Calls("make"), Has.Length.EqualTo(3).And.Some.EndsWith("-j2 footprints"), "not where they are current, and not for attacks");
    }

    [TestCase("gpio")]
    [TestCase("device-gpio")]
    public async Task A_rig_with_a_digital_input_gets_the_library_that_reads_it(string driver)
    {
        var rig = _work.Write("check out/rigs/line.yaml", $"rig: r\nserver: s\nsensors:\n  d: {{kind: digital-input, driver: {driver}, gpio: g}}\n");
        await TypeAsync("check out", $"MISSING=1 ./harness run --rig '{rig}' --filter none");
        Assert.That(Calls("apt-get")[^1], Is.EqualTo("install -y --no-install-recommends gpiod"));
    }

    [TestCase("run", "mosquitto", "mosquitto")]
    [TestCase("run", "activemq", "libmqtt-client-java activemq")]
    [TestCase("conformance", "rabbitmq", "rabbitmq-server")]
    public async Task A_broker_of_a_rig_is_installed_under_a_policy_that_starts_no_service(string command, string kind, string packages)
    {
        Directory.CreateDirectory(_work["check out/rigs/brokers"]);
        File.Copy(Path.Combine(ProductPaths.Root, "rigs/brokers/install"), _work["check out/rigs/brokers/install"]);
        Note("apt-get", """note "$@"; [ "$1" != install ] || cp "$HARNESS_POLICY" "$HARNESS_POLICY.seen" """);
        Note("systemctl", """note "$@" """);
        var rig = _work.Write("check out/rigs/lab.yaml", $"rig: r\nserver: s\nbroker:\n  kind: {kind}\n");

        await TypeAsync("check out", $"export HARNESS_POLICY='{_work["policy"]}'; MISSING=1 ./harness {command} --rig '{rig}' --filter none");

        Assert.That(Calls("apt-get")[^1], Is.EqualTo($"install -y --no-install-recommends {packages}"));
        Assert.That(File.ReadAllText(_work["policy.seen"]), Does.Contain("exit 101"), "denied while apt ran");
        Assert.That(File.Exists(_work["policy"]), Is.False, "and gone again");
        Assert.That(Calls("systemctl"), Is.Empty, "no service of a package that is not there is touched");
    }

    [TestCase("run --help")]
    [TestCase("run --list")]
    [TestCase("enroll --help")]
    [TestCase("broker --help")]
    [TestCase("publish --help")]
    [TestCase("--help")]
    public async Task Commands_that_need_no_board_install_nothing(string command)
    {
        var ended = await TypeAsync("check out", $"MISSING=1 ./harness {command}");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(Calls("program"), Is.EqualTo(new[] { command }));
        Assert.That(Calls("apt-get").Concat(Calls("make")), Is.Empty);
    }

    [Test]
    public async Task A_release_that_is_refused_installs_nothing()
    {
        var ended = await TypeAsync("check out", "MISSING=1 REAL=1 ./harness publish --rid linux-armhf");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("32-bit ARM is not supported"));
        Assert.That(Calls("apt-get").Concat(Calls("make")), Is.Empty);
    }

    [Test]
    public async Task Without_root_or_sudo_the_line_to_type_is_printed()
    {
        Note("id", "echo 1000");
        Note("sudo", "exit 1");
        var ended = await TypeAsync("check out", "MISSING=1 ./harness run --rig rigs/posix.yaml");
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("missing: make gcc libc6-dev").And.Contain("next: sudo apt-get update && sudo apt-get install -y"));
        Assert.That(Calls("apt-get"), Is.Empty);
    }

    [Test]
    public async Task A_database_server_for_tests_is_installed_without_a_cluster_or_a_service_of_its_own()
    {
        _work.Write("etc/createcluster.conf", "# as it was\n");
        Note("apt-get", """note "$* ($(grep -c '^create_main_cluster = false' etc/createcluster.conf))" """);
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "bash", "-c", Prelude + $$"""
            source <(sed -n '/^install_one()/,/^}/p' '{{_launcher}}'); install_one postgresql | sed "s|/etc/postgresql-common|$PWD/etc|" > quiet.sh; sh quiet.sh
            """);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(Calls("apt-get"), Is.EqualTo(new[] { "install -y --no-install-recommends postgresql-common (0)", "install -y --no-install-recommends postgresql (1)" }));
        Assert.That(File.ReadAllText(_work["etc/createcluster.conf"]), Is.EqualTo("# as it was\n"));
    }

    [TestCase("slurmd", "# as it was\n")]
    [TestCase("munge", null)]
    [TestCase("rabbitmq-server", "# as it was\n")]
    public async Task Servers_are_installed_under_a_policy_that_starts_none_of_them(string package, string? policy)
    {
        if (policy is not null)
        {
            _work.Write("policy", policy);
        }

        Note("apt-get", """note "$* ($(tail -n 1 policy))" """);
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "bash", "-c", Prelude + $$"""
            root='{{ProductPaths.Root}}' HARNESS_POLICY="$PWD/policy"; export HARNESS_POLICY
            source <(sed -n '/^install_one()/,/^}/p' '{{_launcher}}'); sh -c "$(install_one {{package}})"
            """);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(Calls("apt-get"), Is.EqualTo(new[] { $"install -y --no-install-recommends {package} (exit 101)" }));
        Assert.That(File.Exists(_work["policy"]) ? File.ReadAllText(_work["policy"]) : null, Is.EqualTo(policy), "as it was before");
    }

    [TestCase("HUP", "# as it was\n", Description = "a terminal that closes")]
    [TestCase("TERM", "# as it was\n")]
    [TestCase("HUP", null)]
    [TestCase("KILL", "# as it was\n", Description = "the next one puts it back")]
    [TestCase("KILL", null)]
    public async Task A_policy_of_ones_own_comes_back_after_an_installation_that_is_broken_off(string signal, string? policy)
    {
        if (policy is not null)
        {
            _work.Write("policy", policy);
        }

        Note("apt-get", """[ "$(tail -n 1 policy)" = "exit 101" ] && note "denied"; [ -z "${SIGNAL:-}" ] || kill -s "$SIGNAL" "$PPID" """);
        var ended = await HarnessProcess.RunProgramAsync(_work.Path, "", "bash", "-c", Prelude + $$"""
            HARNESS_POLICY="$PWD/policy"; export HARNESS_POLICY
            SIGNAL={{signal}} '{{ProductPaths.Root}}/rigs/brokers/install' munge || [ {{signal}} != KILL ] || '{{ProductPaths.Root}}/rigs/brokers/install' munge
            ls policy* || true
            """);

        Assert.That(Calls("apt-get"), Has.Length.EqualTo(signal == "KILL" ? 2 : 1).And.All.EqualTo("denied"), ended.ToString());
        Assert.That(File.Exists(_work["policy"]) ? File.ReadAllText(_work["policy"]) : null, Is.EqualTo(policy), ended.ToString());
        Assert.That(File.Exists(_work["policy.before-harness"]), Is.False);
    }

    private void WritePackage(string name, string version)
    {
        Directory.CreateDirectory(_work["check out/feed"]);
        using var package = System.IO.Compression.ZipFile.Open(_work[$"check out/feed/{name}.{version}.nupkg"], System.IO.Compression.ZipArchiveMode.Create);
        using var text = new StreamWriter(package.CreateEntry($"{name}.nuspec").Open());
        text.Write($"<package><metadata><id>{name}</id><version>{version}</version><authors>a</authors><description>d</description></metadata></package>");
    }
}

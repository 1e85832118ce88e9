using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Tests.Commands.Doctor;

/// <summary>Names of serial lines, on a machine shown below a folder.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SerialChecksTests : WorkFolderTests
{
    [Test]
    public void A_name_below_by_id_of_one_adapter_is_sound()
    {
        Plug("ttyUSB0", "usb-FTDI_A1-if00", "0403:6001:A1");
        Plug("ttyUSB1", "usb-FTDI_A2-if00", "0403:6001:A2");
        Assert.That(Machine.Name("f405", "/dev/serial/by-id/usb-FTDI_A1-if00"), Is.Empty);
        Assert.That(Machine.Name("f405", "/dev/serial/by-id/usb-away"), Is.Empty, "a missing line is told by another check");
    }

    [Test]
    public void A_node_that_is_given_anew_is_a_warning_with_the_stable_name()
    {
        Plug("ttyUSB0", "usb-FTDI_A1-if00", "0403:6001:A1");
        var finding = Machine.Name("f405", "/dev/ttyUSB0").Single();
        Assert.That((finding.Health, finding.Fix), Is.EqualTo((Health.Warning, "port: /dev/serial/by-id/usb-FTDI_A1-if00")));
    }

    [Test]
    public void Two_adapters_that_tell_the_same_are_broken_and_the_socket_tells_them_apart()
    {
        Plug("ttyUSB0", null, "1a86:7523:", "platform-usb-0:1.1:1.0");
        Plug("ttyUSB1", "usb-1a86_USB2.0-Serial-if00", "1a86:7523:", "platform-usb-0:1.2:1.0");
        var finding = Machine.Name("f405", "/dev/serial/by-id/usb-1a86_USB2.0-Serial-if00").Single();
        Assert.That(finding.Health, Is.EqualTo(Health.Broken));
        Assert.That(finding.Seen, Does.Contain("either of /dev/ttyUSB1, /dev/ttyUSB0"));
        Assert.That(finding.Fix, Does.StartWith("port: /dev/serial/by-path/platform-usb-0:1.2:1.0"));
    }

    [Test]
    public void A_terminal_that_is_no_adapter_has_no_twins()
    {
        Plug("ttyUSB0", "usb-FTDI_A1-if00", "0403:6001:A1");
        _work.Write("dev/pts/0", "");
        Assert.That(Machine.Name("f405", "/dev/pts/0"), Is.Empty);
        File.CreateSymbolicLink(_work["sys/class/tty/ttyUSB1"], "../../../sys/devices/away");
        _work.Write("dev/ttyUSB1", "");
        Assert.That(Machine.Name("f405", "/dev/ttyUSB1"), Is.Empty, "unplugged just now");
        Assert.That(Machine.Name("f405", "/dev/serial/by-id/usb-FTDI_A1-if00"), Is.Empty, "nor does it hinder others");
    }

    [Test]
    public void Two_lines_of_one_adapter_are_no_twins()
    {
        Plug("ttyACM0", "usb-ST-if00", "0483:374b:S", entry: "00", device: "1-1");
        Plug("ttyACM1", "usb-ST-if02", "0483:374b:S", entry: "02", device: "1-1");
        Assert.That(Machine.Name("f405", "/dev/serial/by-id/usb-ST-if02"), Is.Empty);
    }

    private SerialChecks Machine => new(_work.Path);

    private void Plug(string node, string? id, string identity, string? path = null, string entry = "00", string? device = null)
    {
        var parts = identity.Split(':');
        var usb = $"sys/devices/usb1/{device ?? $"1-{node}"}";
        _work.Write($"{usb}/idVendor", parts[0]);
        _work.Write($"{usb}/idProduct", parts[1]);
        if (parts[2].Length > 0)
        {
            _work.Write($"{usb}/serial", parts[2]);
        }

        _work.Write($"{usb}/1-1:1.{entry}/bInterfaceNumber", entry);
        _work.Write($"{usb}/1-1:1.{entry}/{node}/port_number", "0");
        _work.Write($"dev/{node}", "");

        // Relative links, as the kernel makes them.
        Directory.CreateDirectory(_work[$"{usb}/1-1:1.{entry}/{node}/tty/{node}"]);
        Directory.CreateSymbolicLink(_work[$"{usb}/1-1:1.{entry}/{node}/tty/{node}/device"], $"../../../{node}");
        Directory.CreateDirectory(_work["sys/class/tty"]);
        Directory.CreateSymbolicLink(_work[$"sys/class/tty/{node}"], $"../../../{usb}/1-1:1.{entry}/{node}/tty/{node}");
        foreach (var (folder, name) in new[] { ("by-id", id), ("by-path", path) })
        {
            if (name is not null)
            {
                Directory.CreateDirectory(_work[$"dev/serial/{folder}"]);
                File.CreateSymbolicLink(_work[$"dev/serial/{folder}/{name}"], _work[$"dev/{node}"]);
            }
        }
    }
}
